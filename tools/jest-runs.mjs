/** Runs of Jest with their totals, and a second, quiet run of the few suites with real processes that a busy machine broke. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, runTool, wasInterrupted } from './run-child.mjs';

/** What is timed has the machine to itself: it runs last, one suite after the other. */
const TIMED = 'timed';
/** Where more fail, it was not the machine. */
const MOST_AGAIN = 3;

/** Each suite with its totals; one that could not even load counts as one failure. */
function readSuites(file) {
  if (!fs.existsSync(file)) return [{ name: 'the test runner', passed: 0, failed: 1 }];
  const { testResults } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return testResults.map(({ name, status, assertionResults }) => {
    const count = (wanted) => assertionResults.filter((result) => result.status === wanted).length;
    const failed = count('failed');
    return {
      name: path.relative(root, name).split(path.sep).join('/'),
      passed: count('passed'),
      failed: failed === 0 && status === 'failed' ? 1 : failed,
    };
  });
}

async function runJest(projects, rest, env) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-jest-'));
  const report = path.join(dir, 'report.json');
  const args = [
    '--selectProjects',
    ...projects,
    '--passWithNoTests',
    // Five seconds are short where two busy cores run real databases, gateways and agents.
    '--testTimeout=30000',
    '--json',
    '--outputFile',
    report,
    ...rest,
  ];
  try {
    const { code } = await runTool('jest/bin/jest.js', args, { env: { ...env, NODE_ENV: 'test' } });
    return { code, suites: readSuites(report) };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function runInTurn(projects, rest, env) {
  const others = projects.filter((project) => project !== TIMED);
  const most = others.length > 0 ? await runJest(others, rest, env) : { code: 0, suites: [] };
  if (others.length === projects.length || wasInterrupted()) return most;
  const timed = await runJest([TIMED], ['--maxWorkers=1', ...rest], env);
  return { code: most.code || timed.code, suites: [...most.suites, ...timed.suites] };
}

/** Unit tests wait for nobody: where one of them fails, or many others, it was not the machine. */
function worthAnotherRun(suites) {
  const failed = suites.filter((suite) => suite.failed > 0);
  const isBusy = failed.every(({ name }) => /^test\/(integration|e2e)\//.test(name));
  return isBusy && failed.length <= MOST_AGAIN ? failed : [];
}

/** Which tests of a suite were asked for; which suites is known by now. */
function patternOf(rest) {
  const at = rest.findIndex((arg) => /^(-t|--testNamePattern)(=|$)/.test(arg));
  if (at < 0) return [];
  return rest.slice(at, rest[at].includes('=') ? at + 1 : at + 2);
}

/**
 * `projects`, `rest`: as Jest's arguments. A few failed suites with real processes run once more, whole and one by one;
 * the second outcome counts, and `say` is told which did.
 */
export async function runAll(projects, rest, env, say) {
  const first = await runInTurn(projects, rest, env);
  const again = wasInterrupted() ? [] : worthAnotherRun(first.suites);
  if (again.length === 0) return totalsOf(first.code, first.suites);
  const names = again.map(({ name }) => name);
  say(`Run again, one by one, because they failed: ${names.join(', ')}`);
  const alone = ['--maxWorkers=1', ...patternOf(rest), '--runTestsByPath', ...names];
  const second = await runJest(projects, alone, env);
  for (const { name, failed } of second.suites)
    say(`${name}: failed at first, ${failed === 0 ? 'passed' : 'failed'} when run again`);
  const ran = new Set(second.suites.map(({ name }) => name));
  const missing = names.some((name) => !ran.has(name)) ? 1 : 0;
  const others = first.suites.filter(({ name }) => !ran.has(name));
  return totalsOf(second.code || missing, [...others, ...second.suites]);
}

function totalsOf(code, suites) {
  const sum = (member) => suites.reduce((total, suite) => total + suite[member], 0);
  return { code, passed: sum('passed'), failed: sum('failed') };
}
