import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from './program.ts';
import { makeTempFolder } from './temp-folder.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The fields that every Kubernetes object has. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Validates objects, by name, against Kubernetes' own schema, in the form of the types that kubernetes-types generates out of
 * its OpenAPI document: types of values, what is required, and no key that the schema does not know. Returns the errors,
 * each beginning with its object's name.
 */
export async function schemaViolationsOf(
  objects: Readonly<Record<string, KubernetesObject>>,
): Promise<string[]> {
  using folder = makeTempFolder();
  symlinkSync(MODULES, join(folder.path, 'node_modules'));
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', types: [], skipLibCheck: true };
  writeFileSync(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  mkdirSync(join(folder.path, 'objects'));
  for (const [name, object] of Object.entries(objects)) {
    writeFileSync(join(folder.path, 'objects', `${name}.ts`), sourceOf(object));
  }
  await using compiler = startProgram({
    command: process.execPath,
    args: [join(MODULES, 'typescript/bin/tsc'), '--project', folder.path, '--pretty', 'false'],
    cwd: folder.path,
  });
  const { code, output } = await compiler.ended();
  const violations = [...output.matchAll(/^objects\/(.+?)\.ts\(.*?: (.+)$/gm)].map(
    ([, name, message]) => `${name}: ${message}`,
  );
  if ((code === 0) !== (violations.length === 0))
    throw new Error(`The compiler ended with ${code}:\n${output}`);
  return violations;
}

function sourceOf(object: KubernetesObject): string {
  const [version = '', group = 'core'] = object.apiVersion.split('/').reverse();
  const module = `kubernetes-types/${group.replace(/\.k8s\.io$/, '')}/${version}.js`;
  const type = `import(${JSON.stringify(module)}).${object.kind}`;
  return `export const object: ${type} & { apiVersion: string } = ${JSON.stringify(object, undefined, 2)};\n`;
}
