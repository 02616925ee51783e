import type { Fault } from '../script/plan';
import type { Reply } from '../wire/wire-service';
import type { Exchange } from './exchange';
import { pause, replyBody, write } from './exchange';
import { readCut } from './find-cut';
import { scriptedError } from './send-failure';

/** Time for written bytes to arrive before the connection breaks. */
const SETTLE_MS = 15;

type Whole = Extract<Reply, { kind: 'whole' }>;

async function sendCut(exchange: Exchange, reply: Whole, cut: ReturnType<typeof readCut>): Promise<void> {
  const { response, entry, plan } = exchange;
  const bytes = Buffer.from(reply.body);
  entry.status = 200;
  entry.cut = true;
  // A clean end of a body cut short needs chunked framing: with a length the caller would see a broken one.
  const framing = cut.how === 'eof' ? {} : { 'content-length': bytes.length };
  response.writeHead(200, { 'content-type': reply.type, ...framing, ...reply.headers, ...plan.headers });
  response.flushHeaders();
  if (cut.where === 'mid' || cut.where === 'end') await write(exchange, bytes.subarray(0, bytes.length >> 1));
  if (cut.how === 'stall') return;
  await pause(SETTLE_MS, response);
  if (cut.how === 'eof') response.end();
  else response.destroy();
}

/** Sends the answer as one body, or what the fault leaves of it. */
export async function sendWhole(exchange: Exchange, reply: Whole, fault: Fault | undefined): Promise<void> {
  const { dialect, entry, plan, response } = exchange;
  const cut = fault?.kind === 'cut' ? readCut(fault.cut) : undefined;
  if (fault?.kind === 'error-in-200' || cut?.how === 'error')
    return replyBody(
      exchange,
      200,
      JSON.stringify(dialect.errorBody(scriptedError(exchange, 500))),
      plan.headers,
    );
  if (cut) return sendCut(exchange, reply, cut);
  await pause(plan.delayMs ?? 0, response);
  if (response.destroyed) return;
  entry.complete = true;
  entry.usage = reply.usage;
  replyBody(exchange, 200, reply.body, { 'content-type': reply.type, ...reply.headers, ...plan.headers });
}
