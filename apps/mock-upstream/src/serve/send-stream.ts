import type { Fault } from '../script/plan';
import type { Reply } from '../wire/wire-service';
import type { Exchange } from './exchange';
import { pause, write } from './exchange';
import { findCut, readCut } from './find-cut';
import { scriptedError } from './send-failure';

/** Time for written bytes to arrive before the connection breaks. */
const SETTLE_MS = 15;

type Stream = Extract<Reply, { kind: 'stream' }>;

async function writeStep(exchange: Exchange, wire: string | Uint8Array): Promise<void> {
  const { splitBytes } = exchange.plan;
  if (!splitBytes) return write(exchange, wire);
  const bytes = Buffer.from(wire);
  for (let at = 0; at < bytes.length; at += splitBytes)
    await write(exchange, bytes.subarray(at, at + splitBytes));
}

/** Writes steps until they end or the caller leaves; false in the second case. */
async function writeSteps(
  exchange: Exchange,
  steps: Stream['steps'],
  usage: Stream['usage'],
): Promise<boolean> {
  const { response, entry, plan } = exchange;
  for (const [i, step] of steps.entries()) {
    if (i && step.phase !== 'start') await pause(plan.delayMs ?? 0, response);
    if (response.destroyed) return false;
    await writeStep(exchange, step.wire);
    entry.eventsSent++;
    if (step.reports) entry.usage = usage;
  }
  return !response.destroyed;
}

/** Sends the answer as a stream of events, or what the fault leaves of it. */
export async function sendStream(exchange: Exchange, reply: Stream, fault: Fault | undefined): Promise<void> {
  const { dialect, entry, plan, response, wire } = exchange;
  entry.status = 200;
  entry.streamed = true;
  response.writeHead(200, {
    'content-type': reply.type,
    'cache-control': 'no-cache',
    ...plan.headers,
  });
  response.flushHeaders();
  if (fault?.kind === 'error-in-200') {
    await write(exchange, dialect.errorEvent(scriptedError(exchange, 500), 0, wire));
    response.end();
    return;
  }
  const { steps, usage } = reply;
  const cut = fault?.kind === 'cut' ? readCut(fault.cut) : undefined;
  const there = await writeSteps(exchange, cut ? steps.slice(0, findCut(cut.where, steps)) : steps, usage);
  if (!cut) {
    entry.complete = there;
    response.end();
    return;
  }
  entry.cut = true;
  if (cut.how === 'stall') return;
  await pause(SETTLE_MS, response);
  if (cut.how === 'error' && !reply.mute)
    await write(exchange, dialect.errorEvent(scriptedError(exchange, 529), entry.eventsSent, wire));
  if (cut.how === 'drop' || (cut.how === 'error' && reply.mute)) response.destroy();
  else response.end();
}
