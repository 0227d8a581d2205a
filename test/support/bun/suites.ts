// The suites that ask a server from outside, by the Vitest project that runs them under Bun.

/** Suites with the server as in production, with the fast path asked first, on the library, and with a server as a process. */
export const SUITES_UNDER_BUN: Readonly<
  Record<'server' | 'fastPath' | 'library' | 'process', readonly string[]>
> = {
  server: [
    'test/documents/{hostile-documents,limits}.test.ts',
    'test/http/{conformance,hostile-bodies,hostile-bytes,hostile-headers,overload,requests,runtimes,server}.test.ts',
    'test/identity/{answers,calls-per-query,list-limits,user}.test.ts',
    'test/identity/mutations/{audit,codes,copies,hostile-ids,invitation-of-another-team,key-of-another-owner,provider-faults,sent-once,user-errors,who-may-change-what}.test.ts',
    'test/outages/{anonymous-users,breaker,cached-profiles,keys,list-faults,provider-faults,proxy,refused-key,upstream-concurrency}.test.ts',
    'test/server/{client-errors,me-changed,rest,routing,webhooks}.test.ts',
    'test/tokens/{hostile-claims,hostile-signatures,hostile-tokens}.test.ts',
  ],
  fastPath: ['test/http/conformance.test.ts'],
  library: ['test/tokens/{hostile-claims,hostile-signatures,hostile-tokens}.test.ts'],
  process: [
    'test/process/{extreme-values,health,logs,metrics,resets,rolling-restart,runtimes,shutdown}.test.ts',
  ],
};
