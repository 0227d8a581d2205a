// The licences of all that is bundled, in one file: each asks to be kept with copies.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { ROOT, readManifest } from './manifests.ts';

/** The text of the file. Packages that ship no licence are named with what their manifest says. */
export function describeLicences(metafiles: readonly Metafile[]): string {
  const folders = new Set(metafiles.flatMap(({ inputs }) => Object.keys(inputs).flatMap(packageFolderOf)));
  const sections = [...folders].map(describe).sort();
  return ['# Licences of the packages in this bundle\n', ...new Set(sections)].join('\n');
}

function packageFolderOf(file: string): string[] {
  const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file) ?? [];
  return folder === undefined ? [] : [join(ROOT, folder)];
}

function describe(folder: string): string {
  const { name, version, license = 'none named' } = readManifest(folder);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .map((file) => `\n\`\`\`text\n${readFileSync(join(folder, file), 'utf8').trim()}\n\`\`\`\n`);
  return `## ${name} ${version}\n\nLicence: ${license}\n${texts.join('')}`;
}
