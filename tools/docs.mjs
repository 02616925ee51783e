/** `npm run docs`: writes docs/reference out of the code; with --check only says what is out of date. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { renderCapabilities } from './docs/capabilities.mjs';
import { renderConfiguration } from './docs/configuration.mjs';
import { renderDialects } from './docs/dialects.mjs';
import { renderErrors } from './docs/errors.mjs';
import { readOpenApi } from './docs/openapi.mjs';
import { renderProviders } from './docs/providers.mjs';
import { root } from './run-child.mjs';
import { setUp } from './setup.mjs';

const require = createRequire(import.meta.url);
const FOLDER = 'docs/reference';
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** File name -> content, all of it out of the compiled code. */
async function renderAll() {
  const { configJsonSchema } = require('../dist/libs/config/src/index.js');
  const dialects = {
    ...require('../dist/libs/dialects/src/registry.js'),
    ...require('../dist/libs/protocol/src/normalise/inline-media.js'),
  };
  const { ERRORS } = require('../dist/libs/kernel/src/errors.js');
  const { PROVIDERS } = require('../dist/libs/provider/src/registry.js');
  return {
    'capabilities.md': renderCapabilities(configJsonSchema(), PROVIDERS),
    'config.schema.json': json(configJsonSchema()),
    'configuration.md': renderConfiguration(configJsonSchema()),
    'dialects.md': renderDialects(dialects),
    'errors.md': renderErrors(ERRORS),
    'openapi.json': json(await readOpenApi()),
    'providers.md': renderProviders(PROVIDERS),
  };
}

const isCurrent = (file, content) => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === content;

await setUp();
const files = Object.entries(await renderAll()).map(([name, content]) => [
  path.join(root, FOLDER, name),
  content,
]);
const stale = files.filter(([file, content]) => !isCurrent(file, content));
if (process.argv.includes('--check')) {
  for (const [file] of stale)
    console.error(`${path.relative(root, file)} is out of date: run "npm run docs".`);
  process.exit(stale.length ? 1 : 0);
}
fs.mkdirSync(path.join(root, FOLDER), { recursive: true });
for (const [file, content] of stale) {
  fs.writeFileSync(file, content);
  console.log(`wrote ${path.relative(root, file)}`);
}
process.exit(0);
