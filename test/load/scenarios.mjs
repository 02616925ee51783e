/** What the bench measures, one function each. A `side` is one way to the fake upstream: { name, url, headers, pid }. */
import { bodyOf, chatBody, pathOf } from './bodies.mjs';
import { agentFor, call, closedLoop, fixedRate } from './load.mjs';
import { cpuMicros, rssMb } from './processes.mjs';
import http from 'node:http';

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
export const percentile = (list, p) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor((list.length * p) / 100))];

/** Of a closed loop. */
export const CONNECTIONS = 16;
/**
 * Calls that are run and not counted, of each side: a process compiles its functions while it answers the first twenty
 * thousand calls (measured: four seconds of its own CPU time), and lives for weeks after that.
 */
const WARM_UP_CALLS = 20_000;
/** At least, and for streams, which share most of their code with what was measured before. */
const WARM_UP_ROUNDS = 2;
/** Larger bodies take the same ways as small ones. */
const MOST_WARM_UP_ROUNDS = 5;

const warmUpRounds = (count) =>
  Math.max(WARM_UP_ROUNDS, Math.min(MOST_WARM_UP_ROUNDS, Math.ceil(WARM_UP_CALLS / count)));

/** Sides take turns within a round: whatever else the machine does hits all of them alike. */
const MOST_TURNS = 10;
const CALLS_OF_A_TURN = 8 * CONNECTIONS;

/**
 * CPU microseconds per request of each side, and requests per second, round by round. A side is charged for what it does
 * during the whole round, also while others are asked: what it leaves for later is its own cost.
 */
export async function cpuPerRequest(sides, { path, body, count, rounds }) {
  const agents = sides.map(() => agentFor(CONNECTIONS));
  const figures = sides.map(() => []);
  const rates = sides.map(() => []);
  const turns = Math.max(1, Math.min(MOST_TURNS, Math.floor(count / CALLS_OF_A_TURN)));
  const perTurn = Math.ceil(count / turns);
  for (let round = -warmUpRounds(count); round < rounds; round++) {
    const before = sides.map(({ pid }) => cpuMicros(pid));
    const tookMs = sides.map(() => 0);
    for (let turn = 0; turn < turns; turn++) {
      for (const [i, side] of sides.entries()) {
        const at = performance.now();
        const [url, agent] = [side.url + path(side), agents[i]];
        await closedLoop(url, { body: body(side), headers: side.headers, count: perTurn, agent });
        tookMs[i] += performance.now() - at;
      }
    }
    if (round < 0) continue;
    for (const [i, { pid }] of sides.entries()) {
      figures[i].push((cpuMicros(pid) - before[i]) / (perTurn * turns));
      rates[i].push((perTurn * turns * 1000) / tookMs[i]);
    }
  }
  for (const agent of agents) agent.destroy();
  return { figures, rates };
}

/** CPU microseconds per streamed chunk; `ask(side)` is the path and body of a stream of that side. */
export async function cpuPerChunk(sides, { ask, streams, chunks, rounds }) {
  const figures = sides.map(() => []);
  const agent = new http.Agent({ keepAlive: true, maxSockets: streams });
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const { path, body } = ask(side);
      const cpu = cpuMicros(side.pid);
      await Promise.all(
        Array.from({ length: streams }, () => call(side.url + path, { body, headers: side.headers, agent })),
      );
      if (round >= 0) figures[i].push((cpuMicros(side.pid) - cpu) / (streams * chunks));
    }
  }
  agent.destroy();
  return { figures };
}

/** Latencies in milliseconds at a fixed rate. */
export async function latency(sides, { perSecond, seconds, rounds }) {
  const figures = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const body = chatBody({ model: side.model, bytes: 1_000 });
      const all = await fixedRate(`${side.url}/v1/chat/completions`, {
        body,
        headers: side.headers,
        perSecond,
        seconds,
      });
      figures[i].push({ p50: percentile(all, 50), p95: percentile(all, 95), p99: percentile(all, 99) });
    }
  }
  return { figures };
}

/** Resident memory while `streams` streams are open. */
export async function memoryWithStreams(side, { streams, chunks }) {
  const agent = new http.Agent({ keepAlive: false });
  const body = chatBody({ model: side.model, bytes: 1_000, stream: true, maxTokens: chunks });
  const all = Array.from({ length: streams }, () =>
    call(`${side.url}/v1/chat/completions`, { body, headers: side.headers, agent }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const rss = rssMb(side.pid);
  await Promise.all(all);
  return rss;
}

export { bodyOf, chatBody, pathOf };
