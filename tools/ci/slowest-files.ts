// Vitest reporter: prints the slowest test files, and the count of tests as a line that CI reads.
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 20;

/** Prints after the run. A run of fewer than three files is not worth a list. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({
      file: relative(process.cwd(), module.moduleId),
      project: module.project.name,
      seconds: module.diagnostic().duration / 1000,
    }));
    if (files.length > 2) {
      const slowest = files.sort((one, other) => other.seconds - one.seconds).slice(0, SHOWN);
      const rows = slowest.map(
        ({ seconds, project, file }) => `${seconds.toFixed(1).padStart(7)} s  ${project.padEnd(8)} ${file}`,
      );
      process.stdout.write(`\nSlowest test files:\n${rows.join('\n')}\n`);
    }
    const results = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => results.filter((each) => each === state).length;
    // A file that cannot be loaded has no tests, and counts as one that failed.
    const broken = modules.filter(
      (module) => !module.ok() && [...module.children.allTests('failed')].length === 0,
    );
    process.stdout.write(`\n${count('passed')} passed, ${count('failed') + broken.length} failed\n`);
  }
}
