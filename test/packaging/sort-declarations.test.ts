import { describe, expect, it } from 'vitest';
import { sortDeclarations } from '../../tools/build/package/sort-declarations.ts';

const IMPORTS = `/// <reference types="x" />
import { Y } from "y";`;
const USED = `/** Used. */
interface Used {
  /** Of a member. */
  readonly a: string;
}`;
const ALSO_USED = 'type AlsoUsed = { a: Y; } | {\n  b: string;\n};';
const CALL = `/**
 * Calls.
 *
 * @example call();
 */
declare function call(used: Used): void;
declare function call(used: AlsoUsed): void;`;
const BASE = 'declare abstract class Base {\n  a: Used;\n}';
const MODULE = `declare module 'node:http' {
  interface IncomingMessage {}
}`;
const LIST = 'export { Base as Root, call };';

describe('the order of rolled-up declarations', () => {
  const sorted = [IMPORTS, BASE, CALL, ALSO_USED, USED, MODULE, LIST].join('\n');

  it('is by export and name, whatever the order of the files', () => {
    expect(sortDeclarations([IMPORTS, USED, CALL, MODULE, '', ALSO_USED, BASE, LIST].join('\n'))).toBe(
      sorted,
    );
    expect(sortDeclarations([IMPORTS, MODULE, BASE, ALSO_USED, CALL, USED, LIST].join('\n\n'))).toBe(sorted);
  });

  it('refuses what it cannot name', () => {
    expect(() => sortDeclarations('declare global {}')).toThrow('No name');
  });
});
