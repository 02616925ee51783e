import type { Json } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { createSeal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import type { WireFace } from '../wire/wire-dialect';
import type { WireForm, WireRequest } from '../wire/wire-request';
import type { Conversation } from './exchange';
import type { ProviderState } from './provider-state';
import type { Route } from './route';

/** What came with a request. */
export interface Received {
  readonly body: Json | undefined;
  readonly form: WireForm | undefined;
  readonly bytes: Uint8Array;
}

/**
 * The request as its dialect reads it. Signatures are good for one dialect at one host, and for one account where the
 * vendor says so.
 */
export function wireOf(
  state: ProviderState,
  { face, operation, host, modelId, streams = false }: Route,
  { entry, request }: Conversation,
  { body, form, bytes }: Received,
): WireRequest {
  const query = new URLSearchParams(entry.url.split('?', 2)[1] ?? '');
  const account = face.sealsByAccount ? [state.name] : [];
  return {
    operation,
    host,
    method: entry.method,
    url: entry.url,
    bytes,
    headers: request.headers,
    query,
    modelId,
    streams,
    credential: face.credentialOf(request.headers, query),
    body,
    form,
    members: isObject(body) ? body : {},
    seal: createSeal([host, face.name, ...account].join(' ')),
    kept: state.kept,
    tokens: state.tokens,
    googleKeys: state.googleKeys,
    entraSecrets: state.entraSecrets,
  };
}

const ENDED: VendorError = {
  status: 401,
  message:
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
};

/** Why this caller is not served, if so: tokens have to be alive, other credentials among those that are taken. */
export function refusedCaller(
  state: ProviderState,
  face: WireFace,
  wire: WireRequest,
): VendorError | undefined {
  if (wire.operation === 'token') return undefined;
  const { credential } = wire;
  const isAlive = credential === undefined ? undefined : state.tokens.isGood(credential, Date.now());
  if (isAlive !== undefined) return isAlive ? undefined : ENDED;
  const isListed = !state.credentials || state.credentials.includes(credential ?? '');
  if (!isListed || (face.needsCredential && credential === undefined))
    return { status: face.badKeyStatus ?? 401, message: '', wording: 'key' };
  return face.authenticate?.(wire, state.awsSecrets);
}
