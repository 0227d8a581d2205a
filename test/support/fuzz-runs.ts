/** How often a property is tried: the given number, times `FUZZ_FACTOR` of the environment (nightly: 20). */
export function fuzzRuns(usual: number): number {
  const factor = Number(process.env['FUZZ_FACTOR'] ?? 1);
  if (!(factor >= 1)) throw new Error('FUZZ_FACTOR must be a number of at least 1');
  return usual * factor;
}
