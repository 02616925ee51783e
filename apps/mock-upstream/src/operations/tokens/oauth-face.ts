import type { JsonObject } from '@turnpike/kernel';
import type { VendorError } from '../../wire/vendor-error';
import type { WireFace } from '../../wire/wire-dialect';

const CODES: Readonly<Record<number, string>> = {
  400: 'invalid_grant',
  401: 'invalid_client',
  429: 'slow_down',
  503: 'temporarily_unavailable',
};

/** An error as RFC 6749 has it. */
const oauthError = ({ status, code, message }: VendorError): JsonObject => ({
  error: code ?? CODES[status] ?? 'server_error',
  error_description: message,
});

/** Token endpoints. */
export const oauthFace: WireFace = {
  name: 'oauth',
  credentialOf: () => undefined,
  errorBody: oauthError,
  errorEvent: (error) => JSON.stringify(oauthError(error)),
};
