/** `npm run check`: everything that can be said without running the whole test suite, one line per step. */
import { holdSignals, interruptedCode, runChild, runTool, seconds, wasInterrupted } from './run-child.mjs';
import { findPostgres } from './services/postgres.mjs';
import { setUp } from './setup.mjs';

const quiet = { quiet: true };
const say = (line) => console.log(line);

/** Do the migrations make exactly the schema that the Prisma client is generated from? */
async function compareMigrations(env) {
  const from = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma'];
  return runTool('prisma/build/index.js', ['migrate', 'diff', ...from, '--exit-code'], { quiet: true, env });
}

const STEPS = [
  ['format', () => runTool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'], quiet)],
  [
    'lint and boundaries',
    () => runTool('nx/dist/bin/nx.js', ['run-many', '-t', 'lint-all', '--outputStyle=static'], quiet),
  ],
  ['types', () => runTool('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit'], quiet)],
  ['schema and migrations agree', compareMigrations],
  [
    'architecture and unit tests',
    (env) => runTool('jest/bin/jest.js', ['--selectProjects', 'unit'], { quiet: true, env }),
  ],
  ['generated reference', () => runChild(process.execPath, ['tools/docs.mjs', '--check'], quiet)],
  ['schemas of the vendors', () => runChild(process.execPath, ['tools/schemas.mjs', '--check'], quiet)],
];

/** What Jest sums up with: `105 passed, 105 total` of suites and of tests. */
const totalsOf = (output) =>
  [...output.matchAll(/^(Test Suites|Tests): +(.+)$/gm)].map(([, what, sum]) => `${what}: ${sum}`).join('; ');

/** What passed is of no interest in a failure. */
const complaintsOf = (output) =>
  output
    .split('\n')
    .filter((line) => !line.startsWith('PASS '))
    .join('\n')
    .trim();

async function runSteps(env) {
  let failures = 0;
  for (const [name, run] of STEPS) {
    const at = performance.now();
    const { code, output } = await run(env);
    if (wasInterrupted()) break;
    const line = `${code === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(28)} ${seconds(at).padStart(7)}  ${totalsOf(output)}`;
    say(line.trimEnd());
    if (code !== 0) say(complaintsOf(output));
    failures += code === 0 ? 0 : 1;
  }
  return failures;
}

holdSignals();
await setUp();
const postgres = await findPostgres(say).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
let failures;
try {
  failures = await runSteps({ DATABASE_URL: postgres.url, NODE_ENV: 'test' });
} finally {
  await postgres.release();
}
if (wasInterrupted()) process.exit(interruptedCode());
say(`${STEPS.length - failures} checks passed, ${failures} failed`);
process.exit(failures ? 1 : 0);
