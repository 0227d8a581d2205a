export const SUITES_UNDER_BUN = {
  server: ['test/{http,outages,server,identity,documents,rate-limit,tokens,library,clients}/**/*.test.ts'],
  fastPath: [],
  library: [],
  process: [],
};
