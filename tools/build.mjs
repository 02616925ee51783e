/** `npm run build`: Prisma client when the schema changed, sources to dist/, the `turnpike` command for npx. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bindBarrels } from './bind-barrels.mjs';
import { holdSignals, root, runTool } from './run-child.mjs';
import { digestSchema, digestSources, listSources, readStamp, writeStamp } from './source-digest.mjs';

const STAMP = 'dist/.stamp';
const CLIENT = 'libs/persistence/src/generated';
const CLIENT_STAMP = `${CLIENT}/.stamp`;

export const isBuilt = () =>
  readStamp(STAMP) === digestSources() && fs.existsSync(path.join(root, CLIENT, 'client.ts'));

/** Generates the Prisma client when it is missing or older than the schema. Resolves with a failed run or undefined. */
export async function generateClient() {
  const digest = digestSchema();
  if (readStamp(CLIENT_STAMP) === digest && fs.existsSync(path.join(root, CLIENT, 'client.ts')))
    return undefined;
  const run = await runTool('prisma/build/index.js', ['generate'], { quiet: true });
  if (run.code !== 0) return { what: 'prisma generate', ...run };
  writeStamp(CLIENT_STAMP, digest);
  return undefined;
}

/** What an earlier build left of sources that are gone now. */
function pruneDist() {
  const expected = new Set(listSources().map((file) => path.join('dist', file.replace(/\.tsx?$/, '.js'))));
  const prune = (folder) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) entry.name === 'generated' || prune(file);
      else if (!expected.has(file.replace(/\.map$/, ''))) fs.rmSync(path.join(root, file));
    }
  };
  for (const folder of ['dist/apps', 'dist/libs']) if (fs.existsSync(path.join(root, folder))) prune(folder);
}

/** `npx turnpike` finds the command of the clone itself without a detour over its cache. */
function linkCommand() {
  const target = path.join(root, 'bin/turnpike.mjs');
  const link = path.join(root, 'node_modules/.bin/turnpike');
  if (process.platform === 'win32' || !fs.existsSync(target)) return;
  fs.chmodSync(target, 0o755);
  if (fs.lstatSync(link, { throwIfNoEntry: false }) !== undefined) return;
  fs.symlinkSync('../../bin/turnpike.mjs', link);
}

/** Builds everything. Resolves with undefined, or with { what, code, output } of what failed. */
export async function build() {
  const digest = digestSources();
  const failed = await generateClient();
  if (failed) return failed;
  fs.rmSync(path.join(root, STAMP), { force: true });
  const args = [
    'apps',
    'libs',
    '-d',
    'dist',
    '--ignore',
    '**/*.spec.ts,**/project.json',
    '--copy-files',
    '--quiet',
  ];
  const run = await runTool('@swc/cli/bin/swc.js', args, { quiet: true });
  if (run.code !== 0) return { what: 'swc', ...run };
  bindBarrels(path.join(root, 'dist/apps'));
  bindBarrels(path.join(root, 'dist/libs'));
  pruneDist();
  linkCommand();
  writeStamp(STAMP, digest);
  return undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  holdSignals();
  const failed = await build();
  if (failed) console.error(`Build failed in ${failed.what}:\n${failed.output.trim()}`);
  process.exit(failed ? 1 : 0);
}
