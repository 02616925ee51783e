import type { Answer } from '../answer/answer';
import type { Fault } from '../script/plan';
import type { Exchange } from './exchange';
import { pause, replyJson, write } from './exchange';
import { readCut } from './find-cut';
import { scriptedError } from './send-failure';

/** Time for written bytes to arrive before the connection breaks. */
const SETTLE_MS = 15;

async function sendCut(exchange: Exchange, text: string, cut: ReturnType<typeof readCut>): Promise<void> {
  const { response, entry, plan } = exchange;
  entry.status = 200;
  entry.cut = true;
  // A clean end of a body cut short needs chunked framing: with a length the caller would see a broken one.
  const framing = cut.how === 'eof' ? {} : { 'content-length': Buffer.byteLength(text) };
  response.writeHead(200, { 'content-type': 'application/json', ...framing, ...plan.headers });
  response.flushHeaders();
  if (cut.where === 'mid' || cut.where === 'end') await write(exchange, text.slice(0, text.length >> 1));
  if (cut.how === 'stall') return;
  await pause(SETTLE_MS, response);
  if (cut.how === 'eof') response.end();
  else response.destroy();
}

/** Sends the answer as one body, or what the fault leaves of it. */
export async function sendWhole(exchange: Exchange, answer: Answer, fault: Fault | undefined): Promise<void> {
  const { dialect, entry, plan, response } = exchange;
  const cut = fault?.kind === 'cut' ? readCut(fault.cut) : undefined;
  if (fault?.kind === 'error-in-200' || cut?.how === 'error')
    return replyJson(
      exchange,
      200,
      JSON.stringify(dialect.errorBody(scriptedError(exchange, 500))),
      plan.headers,
    );
  const text = dialect.whole(answer);
  if (cut) return sendCut(exchange, text, cut);
  await pause(plan.delayMs ?? 0, response);
  if (response.destroyed) return;
  entry.complete = true;
  if (answer.reportsUsage) entry.usage = answer.usage;
  replyJson(exchange, 200, text, plan.headers);
}
