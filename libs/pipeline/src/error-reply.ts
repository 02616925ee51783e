import { GatewayError, stringifyJson, type AttemptSummary, type JsonObject } from '@turnpike/kernel';
import type { Dialect, ErrorView } from '@turnpike/dialects';
import { hideKeys } from '@turnpike/identity';
import type { CallContext } from './call-context';

/** A refusal, rendered: status, body and the headers that go with it. */
export interface ErrorReply {
  readonly status: number;
  readonly body: string;
  /** retry-after and x-should-retry, only when they are true. */
  readonly headers: readonly string[];
}

type Caller = Pick<CallContext, 'requestId' | 'dialect'>;

/** Waits that a client should sit out; longer ones it had better not (docs: errors). */
const LONGEST_WAIT_S = 60;

/** The retry headers of an error. Anthropic clients stop at a long Retry-After; the others stop without one. */
function retryHeaders(error: GatewayError, dialect: Dialect): string[] {
  const { retryAfterMs, final } = error.details;
  const out: string[] = [];
  if (retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
    const long = seconds > LONGEST_WAIT_S;
    if (!long || dialect.id === 'anthropic-messages') out.push('retry-after', String(seconds));
    if (long || final) out.push('x-should-retry', 'false');
  } else if (final) out.push('x-should-retry', 'false');
  return out;
}

function turnpikeObject(error: GatewayError, call: Caller, attempts: readonly AttemptSummary[]): JsonObject {
  const { retryAfterMs, provider, providerStatus } = error.details;
  return {
    layer: error.layer,
    reason: error.reason,
    ...(retryAfterMs === undefined ? {} : { retry_after_s: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
    ...(provider === undefined ? {} : { provider }),
    ...(providerStatus === undefined ? {} : { provider_status: providerStatus }),
    request_id: call.requestId,
    attempts: attempts.map((a) => ({ ...a })),
  };
}

export function errorView(error: GatewayError, call: Caller, attempts: readonly AttemptSummary[]): ErrorView {
  const { param, vendorType, vendorCode, vendorDetails, status } = error.details;
  return {
    kind: error.kind,
    message: hideKeys(error.message),
    requestId: call.requestId,
    ...(param === undefined ? {} : { param: hideKeys(param) }),
    ...(vendorType === undefined ? {} : { vendorType }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(vendorDetails === undefined ? {} : { vendorDetails }),
    ...(status === undefined ? {} : { status }),
    turnpike: turnpikeObject(error, call, attempts),
  };
}

/** Renders any thrown value in the caller's dialect; what is not ours becomes an internal error without details. */
export function renderErrorReply(
  thrown: unknown,
  call: Caller,
  attempts: readonly AttemptSummary[] = [],
): ErrorReply {
  const error = asGatewayError(thrown);
  const { status, body } = call.dialect.renderError(errorView(error, call, attempts));
  return { status, body: stringifyJson(body), headers: retryHeaders(error, call.dialect) };
}

export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError(
    'internal_error',
    'Turnpike failed to handle this request (gateway). Try again; if it stays, report the request id.',
    { cause: thrown },
  );
}
