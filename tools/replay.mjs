/**
 * `npm run replay -- <folder> [--only text]`: sends recorded exchanges with providers through the gateway, in every client
 * dialect. One line per failure, then the totals; exit code 1 when there are failures.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { setUpPackages } from './setup.mjs';

const USAGE = 'usage: npm run replay -- <folder or file> [--only <part of file:line>] [--verbose]';

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { only: { type: 'string' }, verbose: { type: 'boolean' } },
    });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0) throw new Error(USAGE);
    if (!fs.existsSync(folder)) throw new Error(`There is no folder or file ${folder}.`);
    return { ...values, folder };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

const { folder, only, verbose } = readArguments();
await setUpPackages();
const require = createRequire(import.meta.url);
require('../test/register-swc.cjs');
const { replay } = require('../test/replay/replay.ts');
const at = performance.now();
const totals = await replay({ folder, only, say: (line) => console.log(line) });
const counted = (map) => [...map].sort((a, b) => b[1] - a[1]);
for (const [reason, n] of counted(totals.notApplicable)) console.log(`not applicable: ${n} x ${reason}`);
const standIns = counted(totals.standIns);
if (verbose) for (const [reason, n] of standIns) console.log(`stand-in request: ${n} x ${reason}`);
const sum = (map) => [...map.values()].reduce((all, n) => all + n, 0);
console.log(
  `${totals.recordings} recordings: ${sum(totals.notApplicable)} not applicable, ${totals.malformed} malformed; ` +
    `${totals.exchanges} exchanges (${sum(totals.standIns)} with a stand-in request) in ` +
    `${((performance.now() - at) / 1000).toFixed(1)} s`,
);
console.log(`${totals.failures} failures`);
if (totals.recordings === 0) console.error(`No recording was found in ${folder}.`);
process.exit(totals.failures === 0 && totals.recordings > 0 ? 0 : 1);
