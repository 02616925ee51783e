/**
 * `npm run bench [-- --quick] [--passthrough] [--redis]`: CPU, throughput, latency and memory of the data plane, as
 * ratios to a bare Node pass-through. `--quick`: fewer rounds; `--passthrough`: without the pairs of dialects.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDataPlane } from '../test/load/data-plane.mjs';
import { hasNginx, startNginx } from '../test/load/nginx.mjs';
import { startProcess } from '../test/load/processes.mjs';
import {
  bodyOf,
  chatBody,
  CONNECTIONS,
  cpuPerChunk,
  cpuPerRequest,
  latency,
  median,
  memoryWithStreams,
  pathOf,
} from '../test/load/scenarios.mjs';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const quick = process.argv.includes('--quick');
/** State in Redis, with limits at every credential: each call asks one script. Passthrough, latency and memory alone. */
const redisUrl = process.argv.includes('--redis')
  ? (process.env.REDIS_URL ?? 'redis://127.0.0.1:6379/15')
  : undefined;
const isPassthroughOnly = redisUrl !== undefined || process.argv.includes('--passthrough');
const ROUNDS = quick ? 3 : 5;
const [PROXY_CORE, LOAD_CORE] = os.cpus().length > 1 ? [0, 1] : [undefined, undefined];

const portLine = (line) => {
  try {
    const { port } = JSON.parse(line);
    return port === undefined ? undefined : { port, url: `http://127.0.0.1:${port}` };
  } catch {
    return undefined;
  }
};
const DIALECTS = ['chat', 'messages', 'responses', 'gemini'];
/** What a client asks for to reach the upstream of a dialect. */
const modelOf = (dialect) => `bench-${dialect}`;

function gatewayConfig(upstream) {
  const provider = (use, baseUrl) => ({
    use,
    baseUrl,
    allowPrivateNetwork: true,
    credentials: [{ name: 'bench', apiKey: 'bench', ...(redisUrl && { limits: { rpm: 100_000_000 } }) }],
  });
  const price = (provider) => ({ provider, model: 'fake', inputPerMTok: '3', outputPerMTok: '15' });
  return {
    providers: {
      chat: provider('openai-compatible', `${upstream}/v1`),
      messages: provider('anthropic-compatible', upstream),
      responses: { ...provider('openai-compatible', `${upstream}/v1`), dialect: 'openai-responses' },
      gemini: provider('gemini-compatible', upstream),
    },
    models: {
      bench: { targets: [{ provider: 'chat', model: 'fake' }] },
      ...Object.fromEntries(
        DIALECTS.map((name) => [modelOf(name), { targets: [{ provider: name, model: 'fake' }] }]),
      ),
    },
    prices: { overrides: DIALECTS.map(price) },
  };
}

const MODEL = 'bench';

/** Upstream, bare Node, Turnpike, and nginx where there is one; `stops` takes what ends each of them. */
async function startSides(dir, stops) {
  const started = async (starting) => {
    const process = await starting;
    stops.push(process.stop);
    return process;
  };
  const node = (args, core) =>
    started(startProcess([path.join(root, args[0]), ...args.slice(1)], { core, ready: portLine }));
  const { url: upstream } = await node(['test/load/fake-upstream.mjs'], LOAD_CORE);
  const bare = await node(['test/load/bare-proxy.mjs', upstream], PROXY_CORE);
  const gateway = await started(
    startDataPlane(dir, { config: gatewayConfig(upstream), core: PROXY_CORE, redisUrl }),
  );
  const sides = [
    { ...bare, name: 'bare Node', headers: {}, model: MODEL },
    { ...gateway, name: 'Turnpike', headers: { authorization: `Bearer ${gateway.key}` }, model: MODEL },
  ];
  if (!hasNginx()) console.error('nginx is not installed: its column is left out.');
  else {
    const nginx = await started(startNginx(dir, { upstream, core: PROXY_CORE }));
    sides.push({ ...nginx, name: 'nginx', headers: {}, model: MODEL });
  }
  return sides;
}

const rows = [];
const rounded = (n) => (n < 10 ? n.toFixed(2) : n < 1000 ? n.toFixed(1) : n.toFixed(0));

/** One line of the table; `lists` holds the values of each side, round by round. */
function addRow(what, { sides, lists, unit, ratio, spread = '', target = '' }) {
  const values = sides.map(({ name }, i) => [name, rounded(median(lists[i]))]);
  rows.push({ what, ...Object.fromEntries(values), unit, ratio, spread, target });
  console.error(`${what}: ${ratio} ${spread} ${target}`.trimEnd());
}

function addRatio(what, row) {
  const [bare, ours] = row.lists;
  const ratios = ours.map((value, i) => value / bare[i]);
  const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
  addRow(what, { ...row, ratio: median(ratios).toFixed(2), spread: ours.length > 1 ? spread : '' });
}

const TARGETS = [
  [1_000, 4_000, redisUrl ? '<= 1.8' : '<= 1.6'],
  [20_000, 2_000, '<= 2.5'],
  [200_000, 400, '<= 2.3'],
];

async function measurePassthrough(sides) {
  const throughput = [];
  for (const [bytes, count, target] of TARGETS) {
    const what = `passthrough ${bytes / 1000} KB`;
    const { figures, rates } = await cpuPerRequest(sides, {
      path: () => '/v1/chat/completions',
      body: (side) => chatBody({ model: side.model, bytes }),
      count: quick ? count / 4 : count,
      rounds: ROUNDS,
    });
    addRatio(`${what}, CPU per request`, { sides, lists: figures, unit: 'us', target });
    throughput.push([`${what}, ${CONNECTIONS} connections`, { sides, lists: rates, unit: 'req/s' }]);
  }
  const chunks = quick ? 100 : 200;
  const { figures } = await cpuPerChunk(sides, {
    ask: (side) => ({
      path: '/v1/chat/completions',
      body: chatBody({ model: side.model, bytes: 1_000, stream: true, maxTokens: chunks }),
    }),
    streams: 50,
    chunks,
    rounds: ROUNDS,
  });
  addRatio('streamed chunk, CPU', { sides, lists: figures, unit: 'us', target: '<= 1.15' });
  for (const row of throughput) addRatio(...row);
}

/** Targets of the pairs that most agents live on, and of the others. */
const pairTarget = (pair) => (pair === 'chat-messages' || pair === 'messages-chat' ? '<= 2.5' : '<= 3');

/** Only Turnpike translates; the others pass the client's request on to an upstream of the client's dialect. */
async function measureTranslation(sides) {
  for (const client of DIALECTS) {
    for (const upstream of DIALECTS.filter((name) => name !== client)) {
      const ask = (stream, maxTokens) => (side) => {
        const model = side.name === 'Turnpike' ? modelOf(upstream) : 'fake';
        return {
          path: pathOf(client, { model, stream }),
          body: bodyOf(client, { model, bytes: 1_000, stream, maxTokens }),
        };
      };
      const whole = ask(false, 100);
      const { figures } = await cpuPerRequest(sides, {
        path: (side) => whole(side).path,
        body: (side) => whole(side).body,
        count: quick ? 1_000 : 3_000,
        rounds: ROUNDS,
      });
      const target = pairTarget(`${client}-${upstream}`);
      addRatio(`${client} -> ${upstream} 1 KB, CPU per request`, {
        sides,
        lists: figures,
        unit: 'us',
        target,
      });
      const chunks = 100;
      const streamed = await cpuPerChunk(sides, {
        ask: ask(true, chunks),
        streams: 50,
        chunks,
        rounds: ROUNDS,
      });
      addRatio(`${client} -> ${upstream} streamed chunk, CPU`, {
        sides,
        lists: streamed.figures,
        unit: 'us',
        target: '<= 3',
      });
    }
  }
}

async function measureLatency(sides) {
  const { figures } = await latency(sides, {
    perSecond: 50,
    seconds: quick ? 4 : 10,
    rounds: quick ? 1 : 3,
  });
  const targets = { p50: '<= +1', p95: '', p99: redisUrl ? '<= +5' : '<= +3' };
  for (const [p, target] of Object.entries(targets)) {
    const lists = figures.map((list) => list.map((figure) => figure[p]));
    const [bare, ours] = lists.map(median);
    const ratio = `+${(ours - bare).toFixed(2)}`;
    addRow(`latency ${p} at 50/s`, { sides, lists, unit: 'ms', ratio, target });
  }
}

async function measureMemory(sides) {
  const lists = [];
  for (const side of sides) lists.push([await memoryWithStreams(side, { streams: 256, chunks: 600 })]);
  addRatio('RSS with 256 open streams', { sides, lists, unit: 'MB', target: '< 250 MB' });
}

await setUp();
const dir = mkdtempSync(path.join(os.tmpdir(), 'turnpike-bench-'));
// Passable for the account of the database server where this runs as root: it would keep its files elsewhere otherwise.
chmodSync(dir, 0o711);
if (LOAD_CORE !== undefined)
  spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
const stops = [];
try {
  const sides = await startSides(dir, stops);
  await measurePassthrough(sides);
  if (!isPassthroughOnly) await measureTranslation(sides);
  await measureLatency(sides);
  await measureMemory(sides);
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(dir, { recursive: true, force: true });
}
console.table(Object.fromEntries(rows.map(({ what, ...rest }) => [what, rest])));
