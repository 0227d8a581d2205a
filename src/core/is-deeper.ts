/**
 * Whether a value has more levels of lists and objects than that. Reads no deeper: values that others send are looked at by this before
 * anything recursive gets them, `JSON.stringify` included, which takes seconds for 40,000 levels under Bun.
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}
