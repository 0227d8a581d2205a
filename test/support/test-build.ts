/** The folder, relative to the root, of the server's build for tests: git-ignored, at the depth of `dist/`. */
export const TEST_BUILD = '.test-build';

/** The built server's entry point, relative to the root. */
export const BUILT_SERVER = `${TEST_BUILD}/main.js`;
