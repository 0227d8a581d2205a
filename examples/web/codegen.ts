// Types the documents of the app against the schema of the example's server.
import type { CodegenConfig } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import './server/greeting.ts';
import { schema } from '../../src/identity/schema.ts';

const config: CodegenConfig = {
  schema: printSchema(schema),
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
        scalars: { DateTime: 'string', ID: 'string' },
        strictScalars: true,
      },
    },
  },
};

export default config;
