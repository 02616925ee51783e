import { GatewayError, type JsonObject } from '@turnpike/kernel';
import type { ChatEncoding } from './chat-encoding';

/** The word on which the vendor's SDK sends the conversation whole instead. */
const THREAD_REFUSED = 'thread_unsupported_request';

/**
 * Top-level members of another dialect's client that have no counterpart here. `thread` continues a conversation that
 * only its vendor stores: dropping it would lose the history, so the client is told to send it whole. The rest goes with
 * a loss each.
 */
export function checkForeignMembers(native: JsonObject, encoding: ChatEncoding): void {
  if (native.thread !== undefined && native.thread !== null)
    throw new GatewayError(
      'unsupported_content',
      `thread is not supported by the model ${encoding.target.model}: send the whole conversation instead.`,
      {
        param: 'thread',
        vendorCode: THREAD_REFUSED,
        vendorDetails: { error_code: THREAD_REFUSED, unsupported: ['thread'] },
      },
    );
  for (const [name, value] of Object.entries(native)) if (value !== null) encoding.losses.dropped(name);
}
