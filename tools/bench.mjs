/** `npm run bench`: CPU, latency and memory of the gateway with everything on, as ratios to a bare Node pass-through. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, stopProcess } from '../test/load/processes.mjs';
import {
  chatBody,
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
const readyLine = (line) => {
  try {
    const ready = JSON.parse(line);
    return ready.event === 'ready' ? { url: ready.gateway, key: ready.developerKey } : undefined;
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

async function startSides(dir) {
  const upstream = await startProcess([path.join(root, 'test/load/fake-upstream.mjs')], {
    core: LOAD_CORE,
    ready: portLine,
  });
  const bare = await startProcess([path.join(root, 'test/load/bare-proxy.mjs'), upstream.url], {
    core: PROXY_CORE,
    ready: portLine,
  });
  const configFile = path.join(dir, 'turnpike.yaml');
  writeFileSync(configFile, JSON.stringify(gatewayConfig(upstream.url)));
  const env = {
    TURNPIKE_CONFIG: configFile,
    TURNPIKE_DATA_DIR: path.join(dir, 'data'),
    PORT: '0',
    ADMIN_PORT: '0',
    OPS_PORT: '0',
    LOG_FORMAT: 'json',
  };
  const gateway = await startProcess([path.join(root, 'dist/apps/standalone/src/main.js')], {
    core: PROXY_CORE,
    env,
    ready: readyLine,
  });
  return {
    upstream,
    bare: { ...bare, name: 'bare Node', headers: {}, model: 'bench' },
    gateway: {
      ...gateway,
      name: 'Turnpike',
      headers: { authorization: `Bearer ${gateway.key}` },
      model: 'bench',
    },
  };
}

const rows = [];
const round1 = (n) => n.toFixed(n < 10 ? 2 : 1);
function report(what, { figures }, unit, target) {
  const [bare, ours] = figures;
  const ratios = ours.map((value, i) => value / bare[i]);
  rows.push({
    what,
    'bare Node': round1(median(bare)),
    Turnpike: round1(median(ours)),
    unit,
    ratio: median(ratios).toFixed(2),
    spread: `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
    target,
  });
}

async function measure({ bare, gateway }) {
  const sides = [bare, gateway];
  const chat = (bytes) => ({
    path: () => '/v1/chat/completions',
    body: (side) => chatBody({ model: side.model, bytes }),
  });
  for (const [bytes, count, target] of [
    [1_000, 4_000, '<= 1.6'],
    [20_000, 2_000, '<= 2.5'],
    [200_000, 400, '<= 2.3'],
  ]) {
    report(
      `passthrough ${bytes / 1000} KB, CPU per request`,
      await cpuPerRequest(sides, { ...chat(bytes), count: quick ? count / 4 : count, rounds: ROUNDS }),
      'us',
      target,
    );
  }
  report(
    'streamed chunk, CPU',
    await cpuPerChunk(sides, { streams: 50, chunks: quick ? 100 : 200, rounds: ROUNDS }),
    'us',
    '<= 1.15',
  );
  const translated = (to) => ({
    path: (side) =>
      side === bare ? '/v1/chat/completions' : to === 'chat' ? '/v1/messages' : '/v1/chat/completions',
    body: (side) =>
      side === gateway && to === 'chat'
        ? messagesBody({ model: 'bench', bytes: 1_000 })
        : chatBody({ model: side === gateway ? 'bench-messages' : 'bench', bytes: 1_000 }),
  });
  for (const to of ['chat', 'messages']) {
    const name = to === 'chat' ? 'Messages -> Chat' : 'Chat -> Messages';
    report(
      `${name} 1 KB, CPU per request`,
      await cpuPerRequest(sides, { ...translated(to), count: quick ? 1_000 : 4_000, rounds: ROUNDS }),
      'us',
      '<= 2.5',
    );
  }
  const times = await latency(sides, { perSecond: 50, seconds: quick ? 4 : 10, rounds: quick ? 1 : 3 });
  for (const p of ['p50', 'p95', 'p99']) {
    const [b, g] = times.figures.map((list) => list.map((f) => f[p]));
    rows.push({
      what: `latency ${p} at 50/s`,
      'bare Node': round1(median(b)),
      Turnpike: round1(median(g)),
      unit: 'ms',
      ratio: `+${(median(g) - median(b)).toFixed(2)}`,
      spread: '',
      target: p === 'p50' ? '<= +1' : p === 'p99' ? '<= +3' : '',
    });
  }
  const memory = [
    await memoryWithStreams(bare, { streams: 256, chunks: 600 }),
    await memoryWithStreams(gateway, { streams: 256, chunks: 600 }),
  ];
  rows.push({
    what: 'RSS with 256 open streams',
    'bare Node': memory[0].toFixed(0),
    Turnpike: memory[1].toFixed(0),
    unit: 'MB',
    ratio: (memory[1] / memory[0]).toFixed(2),
    spread: '',
    target: '< 250 MB',
  });
}

await setUp();
const dir = mkdtempSync(path.join(os.tmpdir(), 'turnpike-bench-'));
if (LOAD_CORE !== undefined)
  spawnSync('taskset', ['-cp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
const sides = await startSides(dir);
try {
  await measure(sides);
} finally {
  for (const side of [sides.gateway, sides.bare, sides.upstream]) await stopProcess(side);
  rmSync(dir, { recursive: true, force: true });
}
console.table(Object.fromEntries(rows.map(({ what, ...rest }) => [what, rest])));
