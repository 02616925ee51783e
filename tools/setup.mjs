/** Makes a clone runnable: packages as locked, build as of the sources. Does nothing, quickly, when both are current. */
import fs from 'node:fs';
import path from 'node:path';
import { interruptedCode, root, runNpm, seconds, wasInterrupted } from './run-child.mjs';

const TAIL_LINES = 40;
const modifiedMs = (file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
/** npm writes its own lock last: an install that was cut short has none. */
const isInstalled = () => modifiedMs('node_modules/.package-lock.json') >= modifiedMs('package-lock.json');

const tail = (text) => text.trim().split('\n').slice(-TAIL_LINES).join('\n');

/** One line when a phase begins and one when it ends; exits the process when it fails or was interrupted. */
async function runPhase(title, say, work) {
  const at = performance.now();
  say(`${title} ...`);
  const failed = await work();
  if (wasInterrupted()) process.exit(interruptedCode());
  if (!failed) return say(`${title}: done in ${seconds(at)}`);
  console.error(`${title} failed (${failed.what}, exit code ${failed.code}):\n${tail(failed.output)}`);
  process.exit(1);
}

async function install() {
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  const run = await runNpm(args, { quiet: true, env: { HUSKY: '0' } });
  return run.code === 0 ? undefined : { what: `npm ${args.join(' ')}`, ...run };
}

const sayOnStderr = (line) => console.error(line);

/** Installs what is missing: enough for commands that run sources. `say` takes one line per phase (default: stderr). */
export async function setUpPackages(say = sayOnStderr) {
  if (!isInstalled()) await runPhase('Installing packages (once, about a minute)', say, install);
}

/** Installs and builds what is missing. `say` takes one line per phase (default: stderr, stdout is the product's). */
export async function setUp(say = sayOnStderr) {
  await setUpPackages(say);
  const { build, isBuilt } = await import('./build.mjs');
  if (!isBuilt()) await runPhase('Building', say, build);
}
