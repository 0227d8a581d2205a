import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startProgram } from './program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LEFT_OUT = new Set(['node_modules', 'dist', '.test-build', '.git', '.env']);

const manifestOf = z.object({
  name: z.string(),
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

/** The package made by `npm pack`, installed. */
export interface Packed {
  readonly manifest: z.infer<typeof manifestOf>;
  /** The contents of its files by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The program, linked as npm does. */
  readonly bin: string;
}

/**
 * Packs a copy of the project with what `planted` adds to it, so that the project's own dist stays as it is, and
 * installs the package in `folder`, without the network: its dependencies, and those alone, are links to the project's.
 */
export async function packProject(
  folder: string,
  planted: Readonly<Record<string, string>>,
): Promise<Packed> {
  const checkout = join(folder, 'checkout');
  cpSync(ROOT, checkout, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  // The app of a team would have names and needs of its own: the package is checked with the one that is planted.
  rmSync(join(checkout, 'src/app'), { recursive: true });
  for (const [file, text] of Object.entries(planted)) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    writeFileSync(join(checkout, file), text);
  }
  await finish({ command: 'npm', args: ['pack', '--offline', '--pack-destination', folder], cwd: checkout });
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  await finish({ command: 'tar', args: ['-xzf', ...tarballs], cwd: folder });
  return install(join(folder, 'package'), join(folder, 'node_modules'));
}

function install(unpacked: string, modules: string): Packed {
  const names = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = Object.fromEntries(
    names.map((name) => [name.slice(unpacked.length + 1), readFileSync(name, 'utf8')]),
  );
  const manifest = manifestOf.parse(JSON.parse(String(files['package.json'])));
  const link = (target: string, name: string) => {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(target, join(modules, name));
  };
  link(unpacked, manifest.name);
  for (const name of Object.keys(manifest.dependencies)) link(join(ROOT, 'node_modules', name), name);
  const [[program = '', file = ''] = []] = Object.entries(manifest.bin);
  chmodSync(join(unpacked, file), 0o755);
  link(join(unpacked, file), join('.bin', program));
  return { manifest, files, bin: join(modules, '.bin', program) };
}

async function finish(options: Parameters<typeof startProgram>[0]): Promise<void> {
  await using program = startProgram(options);
  const { code, output } = await program.ended();
  if (code !== 0) throw new Error(`${options.command} ended with ${code}:\n${output}`);
}
