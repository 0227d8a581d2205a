// Types that the compiler infers from the table of variables: no field is declared twice.
import type { z } from 'zod';
import type { SECTIONS, Section } from './variables.ts';

type Row = (typeof SECTIONS)[Section][number];

/** The parsed values by the keys of the table, dots included. */
type FlatSettings = { readonly [R in Row as R['key']]: z.output<R['parser']> };

/** Turns `{ 'a.b': string }` into `{ a: { b: string } }`, as `nest` does with the values. */
type Nested<Flat> = {
  readonly [Key in keyof Flat as Key extends `${infer Group}.${string}`
    ? Group
    : Key]: Key extends `${infer Group}.${string}`
    ? { readonly [Inner in keyof Flat as Inner extends `${Group}.${infer Name}` ? Name : never]: Flat[Inner] }
    : Flat[Key];
};

/** The value of every variable, before other values are derived from several of them. */
export type Settings = Nested<FlatSettings>;

/** Nests the values of keys that have a dot. */
export function nest(entries: Iterable<readonly [key: string, value: unknown]>): Settings {
  const nested: Record<string, unknown> = {};
  const groups: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of entries) {
    const [group = '', name] = key.split('.');
    if (name === undefined) nested[key] = value;
    else nested[group] = groups[group] = { ...groups[group], [name]: value };
  }
  // The entries come from the table, of which the type is inferred.
  return nested as Settings;
}
