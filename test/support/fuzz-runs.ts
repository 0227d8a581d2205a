/** How many times as long property tests run, by `FUZZ_FACTOR` of the environment (nightly: 20). */
function factor(): number {
  const value = Number(process.env['FUZZ_FACTOR'] ?? 1);
  if (!(value >= 1)) throw new Error('FUZZ_FACTOR must be a number of at least 1');
  return value;
}

/** How often a property is tried: the given number, times the factor. */
export const fuzzRuns = (usual: number): number => usual * factor();

/** How long a test of it may take: the given milliseconds, times the factor. */
export const fuzzTimeout = (usual: number): number => usual * factor();
