import type { JsonObject } from '@turnpike/kernel';
import { writeSse, type VendorError } from '@turnpike/protocol';

/** What a client reads when the provider's stream ended without its end. */
export const INTERRUPTED: VendorError = {
  message: 'The provider ended the stream before the answer was complete.',
  type: 'server_error',
  code: 'upstream_error',
};

/** One event of a stream: its number and its type stand in its data. */
export const writeEvent = (type: string, sequence: number, members: JsonObject): string =>
  writeSse(JSON.stringify({ type, sequence_number: sequence, ...members }), type);
