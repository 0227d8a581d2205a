#!/usr/bin/env node
// The production process, and the commands beside it. Each loads only what it needs.
const [, , ...args] = process.argv;
if (args.length === 0) {
  const [{ serve }, { app }] = await Promise.all([import('./cli/serve.ts'), import('./app/app.ts')]);
  await serve(app, { env: process.env });
} else {
  const { runCommand } = await import('./cli/commands.ts');
  process.exitCode = await runCommand(args, {
    terminal: process,
    loadApp: async () => (await import('./app/app.ts')).app,
  });
}
