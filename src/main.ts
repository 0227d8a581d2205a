#!/usr/bin/env node
// The production process.
import { run } from './run.ts';

await run({ env: process.env });
