import type { ActiveCalls } from '@turnpike/pipeline';
import type { FastifyInstance } from 'fastify';

const IDLE_SWEEP_MS = 50;
/** What is left of the limit, within these bounds, belongs to uploads under way and to answers that clients still read. */
const SHORTEST_GRACE_MS = 1_000;
const LONGEST_GRACE_MS = 25_000;

/**
 * Closes the port first, then waits for the calls under way, at most `limitMs`; what is left ends with its dialect's
 * error. A client that does not read its answer, or does not finish its request, cannot hold the process.
 */
export async function drainServer(
  server: FastifyInstance,
  active: ActiveCalls,
  limitMs: number,
): Promise<void> {
  const startedAtMs = performance.now();
  const closed = server.close();
  // A connection that goes idle after closing has begun would hold the server open for its keep-alive time.
  const sweep = setInterval(() => server.server.closeIdleConnections(), IDLE_SWEEP_MS);
  await active.drain(limitMs);
  const leftMs = limitMs - (performance.now() - startedAtMs);
  const graceMs = Math.min(LONGEST_GRACE_MS, Math.max(SHORTEST_GRACE_MS, leftMs));
  const hard = setTimeout(() => server.server.closeAllConnections(), graceMs);
  try {
    await closed;
  } finally {
    clearTimeout(hard);
    clearInterval(sweep);
  }
  active.interruptAll();
  await active.whenIdle();
}
