// `npm run codegen`: writes schema.graphql from src/app and that of examples/notes, and types the documents of our tests against our own types.
import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import { printSchema } from 'graphql';
import { app as notes } from './examples/notes/app.ts';
import { app } from './src/app/app.ts';
import { createSchema } from './src/server/app-schema.ts';

const config: CodegenConfig = {
  // Not all tests: to look for documents in them takes four times as long as all the rest.
  documents: 'test/support/documents.ts',
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'schema.graphql': {
      schema: printSchema(createSchema(app)),
      plugins: ['schema-ast'],
    },
    'examples/notes/schema.graphql': {
      schema: printSchema(createSchema(notes)),
      plugins: ['schema-ast'],
    },
    'test/gql/': {
      // An app adds nothing here: a field that it adds changes no file of ours.
      schema: printSchema(createSchema({})),
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: true },
      // Caches of clients tell objects apart by it; what is persisted is sent as it is here.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string', ID: 'string', JSONObject: 'Record<string, unknown>' },
        strictScalars: true,
      },
    },
  },
};

export default config;
