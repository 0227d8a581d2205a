import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../tools/build/manifests.ts';

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const text = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');
const { on, permissions, jobs }: Workflow = parse(text);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const steps = Object.values(jobs).flatMap((job) => job.steps);
const commands = steps.flatMap(({ run }) => run ?? []);

/** Whether a job waits for another, perhaps through a third. */
function waitsFor(name: string, other: string): boolean {
  const needs = [jobs[name]?.needs ?? []].flat();
  return needs.some((each) => each === other || waitsFor(each, other));
}

describe('the workflow of a release', () => {
  it('begins with a tag, and may only read unless a job says more', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(permissions).toEqual({ contents: 'read' });
    expect(jobs['npm']?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs['image']?.permissions).toEqual({ contents: 'read', packages: 'write' });
    expect(jobs['page']?.permissions).toEqual({ contents: 'write' });
  });

  it('publishes nothing before the gate has passed, and no other version than the tag says', () => {
    const gate = jobs['gate']?.steps.flatMap(({ run }) => run ?? []);
    expect(gate).toEqual([
      'npm ci --ignore-scripts',
      'npx tsx tools/release/print-notes.ts "$GITHUB_REF_NAME"',
      '.ci/run',
    ]);
    for (const name of Object.keys(jobs)) if (name !== 'gate') expect(waitsFor(name, 'gate')).toBe(true);
    expect(waitsFor('page', 'npm') && waitsFor('page', 'image')).toBe(true);
  });

  it('says where the package and the image come from, and what the image has in it', () => {
    expect(commands.filter((command) => command.startsWith('npm publish'))).toEqual([
      expect.stringMatching(/stack-auth-graphql-\$\{GITHUB_REF_NAME#v\}\.tgz" --provenance --access public/),
    ]);
    const [image, ...more] = steps.filter(({ uses }) => uses?.startsWith('docker/build-push-action@'));
    expect(image?.with).toMatchObject({ push: true, provenance: 'mode=max', sbom: true });
    expect(more).toEqual([]);
  });

  it('runs scripts and tools that there are', () => {
    const ran = commands.flatMap((command) => [...command.matchAll(/npm run (\S+)|npx tsx (\S+)/g)]);
    expect(ran.length).toBeGreaterThan(2);
    for (const [, script, tool] of ran) {
      if (script !== undefined) expect(scripts).toHaveProperty([script]);
      if (tool !== undefined) expect(existsSync(join(ROOT, tool))).toBe(true);
    }
  });

  it('keeps no token', () => {
    expect(text).not.toMatch(/secrets\./);
  });
});
