import type { Answer } from '../answer/answer';
import type { Fault } from '../script/plan';
import type { StreamStep } from '../wire/wire-dialect';
import type { Exchange } from './exchange';
import { pause, write } from './exchange';
import { findCut, readCut } from './find-cut';
import { scriptedError } from './send-failure';

/** Time for written bytes to arrive before the connection breaks. */
const SETTLE_MS = 15;

async function writeStep(exchange: Exchange, wire: string): Promise<void> {
  const { splitBytes } = exchange.plan;
  if (!splitBytes) return write(exchange, wire);
  const bytes = Buffer.from(wire);
  for (let at = 0; at < bytes.length; at += splitBytes)
    await write(exchange, bytes.subarray(at, at + splitBytes));
}

/** Writes steps until they end or the caller leaves; false in the second case. */
async function writeSteps(
  exchange: Exchange,
  steps: readonly StreamStep[],
  answer: Answer,
): Promise<boolean> {
  const { response, entry, plan } = exchange;
  for (const [i, step] of steps.entries()) {
    if (i && step.phase !== 'start') await pause(plan.delayMs ?? 0, response);
    if (response.destroyed) return false;
    await writeStep(exchange, step.wire);
    entry.eventsSent++;
    if (step.reports && answer.reportsUsage) entry.usage = answer.usage;
  }
  return !response.destroyed;
}

/** Sends the answer as a stream of events, or what the fault leaves of it. */
export async function sendStream(
  exchange: Exchange,
  answer: Answer,
  fault: Fault | undefined,
): Promise<void> {
  const { dialect, entry, plan, response } = exchange;
  entry.status = 200;
  entry.streamed = true;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...plan.headers,
  });
  response.flushHeaders();
  if (fault?.kind === 'error-in-200') {
    await write(exchange, dialect.errorEvent(scriptedError(exchange, 500)));
    response.end();
    return;
  }
  const steps = dialect.steps(answer);
  const cut = fault?.kind === 'cut' ? readCut(fault.cut) : undefined;
  const there = await writeSteps(exchange, cut ? steps.slice(0, findCut(cut.where, steps)) : steps, answer);
  if (!cut) {
    entry.complete = there;
    response.end();
    return;
  }
  entry.cut = true;
  if (cut.how === 'stall') return;
  await pause(SETTLE_MS, response);
  if (cut.how === 'error') await write(exchange, dialect.errorEvent(scriptedError(exchange, 529)));
  if (cut.how === 'drop') response.destroy();
  else response.end();
}
