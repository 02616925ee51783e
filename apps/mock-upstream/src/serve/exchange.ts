import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plan } from '../script/plan';
import type { WireDialect } from '../wire/wire-dialect';
import type { JournalEntry } from './journal';

/** One request under way: where to write, what to note, what was ordered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly entry: JournalEntry;
  readonly dialect: WireDialect;
  readonly plan: Plan;
  /** False: nothing was ordered, the demo answers. */
  readonly scripted: boolean;
}

/** Resolves after `ms`, at once for 0, early when the caller leaves. */
export function pause(ms: number, response: ServerResponse): Promise<void> {
  if (ms <= 0 || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.once('close', done);
  });
}

/** Writes and waits until the bytes left the process, or the caller did. */
export function write(exchange: Exchange, bytes: string | Buffer): Promise<void> {
  const { response, entry } = exchange;
  if (response.destroyed) return Promise.resolve();
  entry.bytesSent += Buffer.byteLength(bytes);
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.write(bytes, () => {
      response.off('close', resolve);
      resolve();
    });
  });
}

/** A complete JSON answer. */
export function replyJson(
  exchange: Pick<Exchange, 'response' | 'entry'>,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  const { response, entry } = exchange;
  entry.status = status;
  entry.bytesSent += Buffer.byteLength(text);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
