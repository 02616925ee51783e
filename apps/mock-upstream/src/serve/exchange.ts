import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plan } from '../script/plan';
import type { WireFace } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';
import type { JournalEntry } from './journal';

/** A request on its socket and in the journal. */
export interface Conversation {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly entry: JournalEntry;
}

/** One request under way: where to write, what to note, what was ordered. */
export interface Exchange extends Conversation {
  readonly dialect: WireFace;
  readonly wire: WireRequest;
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
export function write(exchange: Conversation, bytes: string | Uint8Array): Promise<void> {
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

/** A complete answer. */
export function replyBody(
  exchange: Pick<Conversation, 'response' | 'entry'>,
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): void {
  const { response, entry } = exchange;
  entry.status = status;
  entry.bytesSent += Buffer.byteLength(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
