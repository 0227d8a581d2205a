// The project's id and its keys. Each of them is told where another one is expected: they are copied by hand, one after the other.
import { z } from 'zod';

const DASHBOARD = 'copy it from your project in the dashboard';

/** What a value is, by its form; `undefined` for a key of an unknown form, as a self-hosted provider may have. */
type Kind = 'project id' | 'secret server key' | 'publishable client key' | 'super secret admin key';

const PREFIXES: Readonly<Record<string, Kind>> = {
  ssk_: 'secret server key',
  pck_: 'publishable client key',
  sak_: 'super secret admin key',
};

/** What to do with a value that was found in the place of another. */
const REMEDY: Readonly<Record<Kind, string>> = {
  'project id': 'it belongs in STACK_PROJECT_ID',
  'secret server key': 'it belongs in STACK_SECRET_SERVER_KEY',
  'publishable client key': 'it belongs in STACK_PUBLISHABLE_CLIENT_KEY',
  'super secret admin key': 'the server does not need it',
};

function kindOf(value: string): Kind | undefined {
  if (isProjectId(value)) return 'project id';
  return PREFIXES[value.slice(0, 4).toLowerCase()];
}

function isProjectId(value: string): boolean {
  return value === 'internal' || z.uuid().safeParse(value).success;
}

/** Refuses a value that is one of the others, and names both. */
function notSwapped(expected: Kind) {
  return (value: string, context: z.core.$RefinementCtx<string>) => {
    const found = kindOf(value);
    if (found === undefined || found === expected) return;
    const message = `holds a ${found} instead of the ${expected}: ${REMEDY[found]}`;
    context.issues.push({ code: 'custom', message, input: value, continue: false });
  };
}

/** What a header can carry and a key may contain: no white space, no control character, ASCII only. */
const KEY = /^[\x21-\x7e]+$/;
const NO_KEY = `holds a character that no key has, such as a space or an invisible one: ${DASHBOARD} again`;

/** In lower case, as in the audience and the issuer of tokens. */
export const projectId = z
  .string({ error: `is missing: ${DASHBOARD}` })
  .superRefine(notSwapped('project id'))
  .refine(isProjectId, { error: `must be a UUID: ${DASHBOARD}` })
  .transform((value) => value.toLowerCase())
  .describe('a UUID, or `internal`');

/** A secret. Providers that run elsewhere may have keys without our prefix. */
export const secretServerKey = z
  .string({ error: `is missing: ${DASHBOARD}, under API keys` })
  .superRefine(notSwapped('secret server key'))
  .regex(KEY, { error: NO_KEY })
  .describe('a key without white space, such as `ssk_…`');

/** Known to every browser. */
export const publishableClientKey = z
  .string()
  .superRefine(notSwapped('publishable client key'))
  .startsWith('pck_', { error: 'must begin with pck_', abort: true })
  .regex(KEY, { error: NO_KEY })
  .describe('a key such as `pck_…`');
