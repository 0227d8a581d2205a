// Where the version stands, besides the manifest and the lock file of the root, which `npm version` writes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface VersionPlace {
  readonly file: string;
  /** The text around a version, which stands exactly once in the file. */
  readonly textWith: (version: string) => string;
}

const PLACES: readonly VersionPlace[] = [
  { file: 'package/package.json', textWith: (version) => `"version": "${version}"` },
  { file: 'examples/dependency/package.json', textWith: (version) => `"stack-auth-graphql": "^${version}"` },
  { file: 'deploy/kubernetes/kustomization.yaml', textWith: (version) => `newTag: ${version}\n` },
  { file: 'docs/deploying.md', textWith: (version) => `dist/stack-auth-graphql-${version}.tgz` },
  { file: 'docs/deploying.md', textWith: (version) => `./stack-auth-graphql-${version}.tgz` },
];

/** Files that `writeVersion` changes, relative to the root. */
export const VERSION_FILES: readonly string[] = [...new Set(PLACES.map(({ file }) => file))];

/** Replaces one version by another in all of them. Throws, and changes nothing, where one of them has another text. */
export function writeVersion(
  root: string,
  { from, to }: { readonly from: string; readonly to: string },
): void {
  const texts = new Map(VERSION_FILES.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  for (const { file, textWith } of PLACES) {
    const parts = texts.get(file)?.split(textWith(from)) ?? [];
    if (parts.length !== 2) throw new Error(`${file} does not have, once: ${textWith(from).trim()}`);
    texts.set(file, parts.join(textWith(to)));
  }
  for (const [file, text] of texts) writeFileSync(join(root, file), text);
}
