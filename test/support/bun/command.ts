/** The command of Bun, which runs the servers of tests in place of Node where the environment names one. */
export const BUN = process.env['BUN'];

/** Whether the servers of tests run under Bun. What differs there is in docs/runtimes.md. */
export const UNDER_BUN = BUN !== undefined;
