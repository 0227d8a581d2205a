/** The folder, relative to the root, of the server's build for tests: git-ignored, at the depth of `dist/`. */
export const TEST_BUILD = '.test-build';

/** Serves our own types, never what a team has in src/app. Relative to the root. */
export const BUILT_SERVER = `${TEST_BUILD}/serve-own-types.js`;

/** The whole program with its commands. Relative to the root. */
export const BUILT_PROGRAM = `${TEST_BUILD}/main.js`;
