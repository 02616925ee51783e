import { GatewayError, type ErrorReason } from '@turnpike/kernel';
import type { Failure } from '@turnpike/protocol';
import type { Credential, Target } from '@turnpike/provider';

export interface FailedAt {
  readonly target: Target;
  readonly credential: Credential;
  readonly failure: Failure;
}

/** Epoch milliseconds of the earliest recovery over the whole route, when one is known. */
export interface Recovery {
  readonly retryAtMs?: number;
  readonly nowMs: number;
}

const CLASS_REASON: Readonly<Record<Failure['class'], ErrorReason>> = {
  rate_minute: 'provider_rate_limited',
  rate_long: 'provider_rate_limited',
  credit: 'provider_credit_exhausted',
  overload: 'provider_overloaded',
  server: 'provider_error',
  auth: 'provider_authentication_failed',
  target_gone: 'provider_model_gone',
  context_length: 'context_length_exceeded',
  content_filter: 'content_filtered',
  caller: 'provider_rejected_request',
  auxiliary: 'provider_error',
};

const SERVER_REASON: Readonly<Record<string, ErrorReason>> = {
  empty_answer: 'provider_empty_answer',
  stream_cut: 'provider_stream_broken',
  first_byte_timeout: 'provider_timeout',
  idle_timeout: 'provider_timeout',
  total_timeout: 'provider_timeout',
  connect_timeout: 'provider_unreachable',
  connection_failed: 'provider_unreachable',
  address_denied: 'provider_address_denied',
};

/** Failures of the request itself: nobody else can help. */
const REQUEST_CLASSES: ReadonlySet<Failure['class']> = new Set([
  'caller',
  'context_length',
  'content_filter',
]);

const isRequests = ({ failure }: FailedAt): boolean => REQUEST_CLASSES.has(failure.class);

/** Of attempts that failed side by side the one that speaks of the request has the last word, whenever it ended. */
export function refusalLast(failures: FailedAt[]): void {
  const [other, last] = failures.slice(-2);
  if (other && last && isRequests(other) && !isRequests(last)) failures.splice(-2, 2, last, other);
}

/** Of several failures the one the caller can do most about: what can be waited out, then the last. */
export function chooseFailure(failures: readonly FailedAt[]): FailedAt | undefined {
  const last = failures[failures.length - 1];
  if (last && isRequests(last)) return last;
  return (
    failures.find((f) => f.failure.class === 'rate_minute') ??
    failures.find((f) => f.failure.class === 'rate_long') ??
    failures.find((f) => f.failure.class === 'overload') ??
    last
  );
}

/** A refusal stays one, whoever's fault it was: only these have reasons of their own. */
const hasOwnReason = (status: number): boolean => [401, 402, 403, 407, 408, 429].includes(status);

const isRefusal = (status: number | null): status is number =>
  status !== null && status >= 400 && status < 500 && !hasOwnReason(status);

function serverReason({ status, reason }: Failure): ErrorReason {
  if (status === 504 || status === 408) return 'provider_timeout';
  return isRefusal(status) ? 'provider_rejected_request' : (SERVER_REASON[reason] ?? 'provider_error');
}

/** Capacity that was refused with a 4xx is a limit to the caller too: no 4xx becomes a 5xx on its way. */
const overloadReason = ({ status }: Failure): ErrorReason =>
  status === 429 || isRefusal(status) ? 'provider_rate_limited' : 'provider_overloaded';

function reasonOf(failure: Failure): ErrorReason {
  if (failure.class === 'server') return serverReason(failure);
  return failure.class === 'overload' ? overloadReason(failure) : CLASS_REASON[failure.class];
}

/** Classes whose answer is about the caller's own request: the vendor's sentence stands alone. */
const CALLERS_OWN: ReadonlySet<Failure['class']> = new Set([
  'caller',
  'context_length',
  'content_filter',
  'target_gone',
]);

/** The time ran out that this gateway gives a call: neither the provider's failure nor the request's. */
const isOwnDeadline = ({ class: kind, reason }: Failure): boolean =>
  kind === 'caller' && reason === 'deadline_exceeded';

const deadlineError = ({ target }: FailedAt): GatewayError =>
  new GatewayError(
    'deadline_exceeded',
    `The deadline of this call was over before ${target.provider.name} (model ${target.model}) had answered (gateway). Try again, or ask for a shorter answer.`,
    { provider: target.provider.name },
  );

/** A provider's failure as the caller hears it: whose it was, in the vendor's words, and when it frees. */
export function failureError(at: FailedAt, recovery: Recovery): GatewayError {
  const { failure, target } = at;
  if (isOwnDeadline(failure)) return deadlineError(at);
  const reason = reasonOf(failure);
  const status = keptStatus(failure);
  const waits =
    failure.class === 'rate_minute' ||
    failure.class === 'rate_long' ||
    failure.class === 'credit' ||
    failure.class === 'overload';
  const wakeAtMs = recovery.retryAtMs ?? failure.wakeAtMs;
  // A 429 always says when; an overload only when somebody stated it.
  const retryAfterMs =
    waits &&
    wakeAtMs !== undefined &&
    !(reason === 'provider_overloaded' && failure.provenance !== 'authoritative')
      ? Math.max(0, wakeAtMs - recovery.nowMs)
      : undefined;
  return new GatewayError(reason, sentence(at, retryAfterMs), {
    provider: target.provider.name,
    ...(failure.status === null ? {} : { providerStatus: failure.status }),
    ...(failure.vendor.type === undefined || failure.class === 'auth'
      ? {}
      : { vendorType: failure.vendor.type }),
    ...(failure.vendor.code === undefined || failure.class === 'auth'
      ? {}
      : { vendorCode: failure.vendor.code }),
    ...(failure.vendor.param === undefined ? {} : { param: failure.vendor.param }),
    ...(failure.vendor.details === undefined ? {} : { vendorDetails: failure.vendor.details }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === undefined ? {} : { status }),
    final: CALLERS_OWN.has(failure.class) || failure.class === 'credit',
  });
}

/** A 4xx keeps its number; money, keys and models have numbers of their own. */
function keptStatus({ class: kind, status }: Failure): number | undefined {
  if (kind !== 'caller' && kind !== 'server') return undefined;
  return isRefusal(status) || (kind === 'caller' && status === 408) ? (status ?? undefined) : undefined;
}

function sentence(at: FailedAt, retryAfterMs: number | undefined): string {
  const { failure, target, credential } = at;
  if (CALLERS_OWN.has(failure.class) && failure.vendor.message !== '') return failure.vendor.message;
  const who = `${target.provider.name} (model ${target.model}, credential ${credential.name})`;
  const what =
    failure.status === null || failure.status === 200
      ? `failed: ${failure.reason.replaceAll('_', ' ')}`
      : failure.class === 'auth'
        ? `refused the gateway's own credential`
        : `answered ${failure.status}`;
  const said =
    failure.vendor.message === '' || failure.class === 'auth' ? '' : ` It said: ${failure.vendor.message}`;
  const when =
    retryAfterMs === undefined ? '' : ` Retry in ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s.`;
  return `Upstream ${who} ${what} (provider).${said}${when}`;
}
