/** Bounded load on loopback: closed loop, fixed rate, or open streams. */
import http from 'node:http';

/** Connections that stay open. */
export const agentFor = (sockets) => new http.Agent({ keepAlive: true, maxSockets: sockets });

/** One request; resolves with its time to the first byte and to the end in milliseconds. */
export function call(url, { body, headers, agent }) {
  return new Promise((resolve, reject) => {
    const at = performance.now();
    let firstMs;
    const req = http.request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
      },
      (res) => {
        let bytes = 0;
        res.on('data', (d) => {
          firstMs ??= performance.now() - at;
          bytes += d.length;
        });
        res.on('end', () =>
          res.statusCode === 200
            ? resolve({ firstMs, ms: performance.now() - at, bytes })
            : reject(new Error(`status ${res.statusCode} from ${url}`)),
        );
        res.on('error', reject);
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}

/** `count` requests over the connections of `agent`, each as soon as the one before it ended. */
export async function closedLoop(url, { body, headers, count, agent }) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await call(url, { body, headers, agent });
  };
  await Promise.all(Array.from({ length: agent.maxSockets }, lane));
}

/** `perSecond` requests for `seconds`, whether or not earlier ones have ended; latencies in milliseconds. */
export async function fixedRate(url, { body, headers, perSecond, seconds }) {
  const agent = agentFor(256);
  const running = [];
  const start = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    const wait = start + (i * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(call(url, { body, headers, agent }));
  }
  const done = await Promise.all(running);
  agent.destroy();
  return done.map(({ ms }) => ms);
}
