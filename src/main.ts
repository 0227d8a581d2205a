#!/usr/bin/env node
// The production process, and the commands beside it. Each loads only what it needs.
const [, , ...args] = process.argv;
if (args.length === 0) {
  const { run } = await import('./cli/serve.ts');
  await run({ env: process.env });
} else {
  const { runCommand } = await import('./cli/commands.ts');
  process.exitCode = await runCommand(args, process);
}
