/** `npm run bench`: CPU, throughput, latency and memory of the data plane, as ratios to a bare Node pass-through. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDataPlane } from '../test/load/data-plane.mjs';
import { hasNginx, startNginx } from '../test/load/nginx.mjs';
import { startProcess } from '../test/load/processes.mjs';
import {
  chatBody,
  CONNECTIONS,
  cpuPerChunk,
  cpuPerRequest,
  latency,
  median,
  memoryWithStreams,
  messagesBody,
} from '../test/load/scenarios.mjs';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const quick = process.argv.includes('--quick');
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
function gatewayConfig(upstream) {
  const provider = (use, baseUrl) => ({
    use,
    baseUrl,
    allowPrivateNetwork: true,
    credentials: [{ name: 'bench', apiKey: 'bench' }],
  });
  const price = (provider) => ({ provider, model: 'fake', inputPerMTok: '3', outputPerMTok: '15' });
  return {
    providers: {
      chat: provider('openai-compatible', `${upstream}/v1`),
      messages: provider('anthropic-compatible', upstream),
    },
    models: {
      bench: { targets: [{ provider: 'chat', model: 'fake' }] },
      'bench-messages': { targets: [{ provider: 'messages', model: 'fake' }] },
    },
    prices: { overrides: [price('chat'), price('messages')] },
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
  const gateway = await started(startDataPlane(dir, { config: gatewayConfig(upstream), core: PROXY_CORE }));
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
}

function addRatio(what, row) {
  const [bare, ours] = row.lists;
  const ratios = ours.map((value, i) => value / bare[i]);
  const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
  addRow(what, { ...row, ratio: median(ratios).toFixed(2), spread: ours.length > 1 ? spread : '' });
}

const TARGETS = [
  [1_000, 4_000, '<= 1.6'],
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
  const { figures } = await cpuPerChunk(sides, { streams: 50, chunks: quick ? 100 : 200, rounds: ROUNDS });
  addRatio('streamed chunk, CPU', { sides, lists: figures, unit: 'us', target: '<= 1.15' });
  for (const row of throughput) addRatio(...row);
}

/** Only Turnpike translates; the others pass a Chat request on, as the yardstick. */
async function measureTranslation(sides) {
  const chat = { path: '/v1/chat/completions', body: chatBody };
  for (const [what, { path: entry, body, model }] of [
    ['Messages -> Chat', { path: '/v1/messages', body: messagesBody, model: MODEL }],
    ['Chat -> Messages', { ...chat, model: `${MODEL}-messages` }],
  ]) {
    const translates = (side) => side.name === 'Turnpike';
    const { figures } = await cpuPerRequest(sides, {
      path: (side) => (translates(side) ? entry : chat.path),
      body: (side) =>
        translates(side) ? body({ model, bytes: 1_000 }) : chatBody({ model: MODEL, bytes: 1_000 }),
      count: quick ? 1_000 : 4_000,
      rounds: ROUNDS,
    });
    addRatio(`${what} 1 KB, CPU per request`, { sides, lists: figures, unit: 'us', target: '<= 2.5' });
  }
}

async function measureLatency(sides) {
  const { figures } = await latency(sides, {
    perSecond: 50,
    seconds: quick ? 4 : 10,
    rounds: quick ? 1 : 3,
  });
  const targets = { p50: '<= +1', p95: '', p99: '<= +3' };
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
  await measureTranslation(sides);
  await measureLatency(sides);
  await measureMemory(sides);
} finally {
  for (const stop of stops.reverse()) await stop();
  rmSync(dir, { recursive: true, force: true });
}
console.table(Object.fromEntries(rows.map(({ what, ...rest }) => [what, rest])));
