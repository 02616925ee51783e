/** What the bench measures, one function each. A `side` is one way to the fake upstream: { name, url, headers, pid }. */
import { bodyOf, chatBody, pathOf } from './bodies.mjs';
import { call, closedLoop, fixedRate } from './load.mjs';
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

/** CPU microseconds per request of each side, round by round, so that noise hits both alike. */
export async function cpuPerRequest(sides, { path, body, count, rounds }) {
  const figures = sides.map(() => []);
  const rates = sides.map(() => []);
  for (let round = -warmUpRounds(count); round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const cpu = cpuMicros(side.pid);
      const at = performance.now();
      await closedLoop(side.url + path(side), {
        body: body(side),
        headers: side.headers,
        count,
        connections: CONNECTIONS,
      });
      if (round < 0) continue;
      figures[i].push((cpuMicros(side.pid) - cpu) / count);
      rates[i].push((count * 1000) / (performance.now() - at));
    }
  }
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
