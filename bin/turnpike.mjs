#!/usr/bin/env node
/** The `turnpike` command. In a clone it first builds what is missing or older than its sources. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const compiled = at('dist/apps/cli/src/main.js');

async function buildIfNeeded() {
  if (!existsSync(at('tools/build.mjs'))) return;
  const { build, isBuilt } = await import('../tools/build.mjs');
  if (existsSync(compiled) && isBuilt()) return;
  process.stderr.write('Building (once) ...\n');
  const failed = await build();
  if (!failed) return;
  process.stderr.write(`Build failed in ${failed.what}:\n${failed.output.trim()}\n`);
  process.exit(1);
}

await buildIfNeeded();
const { main } = createRequire(import.meta.url)(compiled);
process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
