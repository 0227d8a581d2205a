// Variables with which an operation was within the complexity limit: counting takes longer than executing.
import type { OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isTooDeep } from './deep-variables.ts';

/** The memory of all remembered variables together. */
const MAX_BYTES = 2_000_000;

/** Of what every entry needs besides its key. */
const BYTES_PER_ENTRY = 200;

/** A text with one character beyond Latin-1 takes two bytes for each. */
const BYTES_PER_CHARACTER = 2;

/** The longest key, in characters. */
const MAX_KEY = 500;

type Values = Readonly<Record<string, unknown>> | null | undefined;

/** Operations with the variables they passed with. Only declared variables count. */
export interface PassedVariables {
  /** The key of an operation with its variables; `undefined` where they are too large to be remembered, or too deep. */
  keyOf(operation: OperationDefinitionNode, values: Values): string | undefined;
  has(key: string): boolean;
  add(key: string): void;
}

/** Creates an empty memory; the least recently used leave first. */
export function createPassedVariables(): PassedVariables {
  const names = new WeakMap<OperationDefinitionNode, string>();
  const passed = new LRUCache<string, true>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_passed, key) => BYTES_PER_ENTRY + BYTES_PER_CHARACTER * key.length,
  });
  let count = 0;

  function nameOf(operation: OperationDefinitionNode): string {
    const known = names.get(operation);
    if (known !== undefined) return known;
    count += 1;
    const name = String(count);
    names.set(operation, name);
    return name;
  }

  return {
    keyOf(operation, values) {
      let key = nameOf(operation);
      for (const { variable } of operation.variableDefinitions ?? []) {
        const json = jsonOf(values, variable.name.value);
        if (json === undefined || key.length + json.length > MAX_KEY) return undefined;
        key += `,${json}`;
      }
      return key;
    },
    has: (key) => passed.get(key) === true,
    add: (key) => void passed.set(key, true),
  };
}

/** Empty for a variable that was not sent, `undefined` for a value that is nested too deep. */
function jsonOf(values: Values, name: string): string | undefined {
  if (!values || !Object.hasOwn(values, name)) return '';
  return isTooDeep(values[name], 'one') ? undefined : (JSON.stringify(values[name]) ?? '');
}
