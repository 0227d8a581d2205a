// The proof: asks a case in a role, and compares the answer and the whole state of the provider with the table.
import type { GraphQLBody, TestServer } from '../../support/test-server.ts';
import type { Case } from './cases.ts';
import { createWorld, ROLES, type Role, removeSince } from './world.ts';

/** Asks each case in every role, each in a world of its own. Returns what differs from the table. */
export async function findViolations(test: TestServer, cases: readonly Case[]): Promise<readonly string[]> {
  const violations: string[] = [];
  for (const each of cases)
    for (const role of ROLES) violations.push(...(await violationsOf(test, each, role)));
  return violations;
}

/** What differs from the table in one case and role. */
async function violationsOf(test: TestServer, each: Case, role: Role): Promise<readonly string[]> {
  const { control } = test.emulator;
  const empty = control.state();
  const world = await createWorld(test.emulator);
  const token = await world.tokenOf(role);
  const before = control.state();
  const input = each.input?.(world, role);
  const { body } = await test.ask(documentOf(each), {
    ...(token !== undefined && { token }),
    ...(input && { variables: { input } }),
  });
  const after = control.state();
  removeSince(test.emulator, empty);
  const expected = each.answers[role];
  const changed = changesBetween(before, after);
  const allowed = expected === 'ok' ? [...each.changes(world, role)].sort() : [];
  const label = `${each.name} ${each.what ?? ''} by ${role}`;
  const answer = answerOf(body, each.name);
  const violations = [];
  if (answer !== expected) violations.push(`${label}: answers ${answer}, not ${expected}`);
  if (changed.join() !== allowed.join()) violations.push(`${label}: changes ${changed}, not ${allowed}`);
  return violations;
}

/** The document that asks for a case. */
export function documentOf({ name, select, input }: Pick<Case, 'name' | 'select' | 'input'>): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const [variables, argument] = input ? [`($input: ${type})`, '(input: $input)'] : ['', ''];
  return `mutation${variables} { ${name}${argument} { ${select} errors { code message field } } }`;
}

/** `ok`, the code in the payload, or code and reason of the top-level error. */
export function answerOf({ data, errors }: GraphQLBody, name: string): string {
  const [first] = errors ?? [];
  if (first) return [first.extensions['code'], first.extensions['reason']].filter(Boolean).join(' ');
  const [error] = data[name].errors;
  return error ? error.code : 'ok';
}

/** The keys of what was added, changed or removed. */
function changesBetween(before: Readonly<Record<string, object>>, after: Readonly<Record<string, object>>) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return changed.map((key) => (key.startsWith('team') && !(key in before) ? 'new team' : key)).sort();
}
