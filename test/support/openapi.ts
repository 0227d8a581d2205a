import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

/** The description of the REST API, parsed. */
export const OPENAPI = parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8'));

/** An answer to be compared with the description. */
export interface RestAnswer {
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(OPENAPI, 'openapi');

/** How an answer differs from the description; empty where it does not. */
export function differencesOf({ path, status, headers, body }: RestAnswer): readonly string[] {
  const told = OPENAPI.paths[path]?.get.responses[status];
  if (!told) return [`${status} is not described for ${path}`];
  const name = told.$ref?.split('/').at(-1);
  const response = name ? OPENAPI.components.responses[name] : told;
  const pointer = name
    ? `openapi#/components/responses/${name}`
    : `openapi#/paths/${path.replaceAll('/', '~1')}/get/responses/${status}`;
  const validate = ajv.getSchema(`${pointer}/content/application~1json/schema`);
  if (!validate) return [`There is no schema for ${status} of ${path}`];
  validate(body);
  const missing = Object.keys(response.headers ?? {}).filter(
    (header) => header !== 'Retry-After' && !headers.has(header),
  );
  return [
    ...missing.map((header) => `The header ${header} is missing`),
    ...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
  ];
}
