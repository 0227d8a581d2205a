// Vitest reporter: tells in one line how many tests that need Redis were not run. With REQUIRE_REDIS, the run fails then.
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/** Prints after the run, where such a test is in one of its files. */
export default class RedisTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules
      .flatMap((module) => [...module.children.allSuites()])
      .filter((suite) => suite.meta().needsRedis && !isNested(suite))
      .flatMap((suite) => [...suite.children.allTests()])
      .map((test) => test.result().state);
    const notRun = states.filter((state) => state === 'skipped').length;
    const ran = states.length - notRun;
    const remedy = process.env['REDIS_TEST_URL']
      ? 'install redis-server, since they stop or fill their own'
      : 'install redis-server, or set REDIS_TEST_URL=redis://127.0.0.1:6379 for those that do not stop theirs';
    if (notRun > 0) process.stdout.write(`\n${notRun} tests that need Redis were not run: ${remedy}\n`);
    if (process.env['REQUIRE_REDIS'] && (notRun > 0 || ran === 0)) {
      process.stderr.write(`REQUIRE_REDIS: ${ran} tests that need Redis were run, ${notRun} were not\n`);
      process.exitCode = 1;
    }
  }
}

/** Whether the tests of this suite are those of an outer one as well. */
function isNested({ parent }: TestSuite): boolean {
  return parent.type === 'suite' && (parent.meta().needsRedis === true || isNested(parent));
}
