// Types the documents of the page against the schema of its server: examples/notes.
import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { createSchema } from '../../src/server/app-schema.ts';
import { app } from '../notes/app.ts';

const config: CodegenConfig = {
  schema: printSchema(createSchema(app)),
  documents: 'examples/web/src/**/*.{ts,tsx}',
  importExtension: '.ts',
  emitLegacyCommonJSImports: false,
  generates: {
    'examples/web/src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'unmask' } },
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
