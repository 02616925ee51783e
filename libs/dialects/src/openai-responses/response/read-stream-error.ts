import type { JsonObject } from '@turnpike/kernel';
import type { VendorError } from '@turnpike/protocol';
import { objectOf, readVendorError, textOf } from '../../answer';

/** Words of a whole response that failed without saying why. */
const withoutError = (response: JsonObject): VendorError => ({
  message: 'The provider ended its answer with an error.',
  ...(textOf(response.status) === undefined ? {} : { code: textOf(response.status) }),
});

/** An error event: flat, with an `error` inside, or a failed response. The type of the event is none of the error's. */
export function readStreamError(data: JsonObject): VendorError {
  if (data.error) return readVendorError(data.error);
  const response = objectOf(data.response);
  if (response) return response.error ? readVendorError(response.error) : withoutError(response);
  const { type: _event, ...flat } = data;
  return readVendorError(flat);
}
