import type { FailureClass } from '@turnpike/protocol';
import type { TransportFailure } from '../upstream';

/** Stable slugs: they name traces, metrics and pages of the docs. */
export const REASON_OF_CLASS: Readonly<Record<FailureClass, string>> = {
  rate_minute: 'rate_limited',
  rate_long: 'rate_limited_long',
  credit: 'credit_exhausted',
  overload: 'overloaded',
  server: 'server_error',
  auth: 'authentication_failed',
  target_gone: 'model_gone',
  context_length: 'context_length_exceeded',
  content_filter: 'content_filtered',
  caller: 'request_rejected',
  auxiliary: 'auxiliary_failed',
};

interface TransportMeaning {
  readonly class: FailureClass;
  readonly reason: string;
}

const UNREACHABLE: TransportMeaning = { class: 'server', reason: 'connection_failed' };

/** A deadline and a hang-up are the caller's; everything else is the server's, and the next target's turn. */
const TRANSPORT: Readonly<Record<TransportFailure['reason'], TransportMeaning>> = {
  address_denied: { class: 'server', reason: 'address_denied' },
  dns_error: UNREACHABLE,
  connect_error: UNREACHABLE,
  tls_error: UNREACHABLE,
  socket_closed: UNREACHABLE,
  protocol_error: UNREACHABLE,
  connect_timeout: { class: 'server', reason: 'connect_timeout' },
  first_byte_timeout: { class: 'server', reason: 'first_byte_timeout' },
  idle_timeout: { class: 'server', reason: 'idle_timeout' },
  total_timeout: { class: 'server', reason: 'total_timeout' },
  credential_refused: { class: 'auth', reason: 'credential_refused' },
  credential_unreachable: { class: 'server', reason: 'credential_unreachable' },
  deadline: { class: 'caller', reason: 'deadline_exceeded' },
  aborted: { class: 'caller', reason: 'client_disconnected' },
  request_broken: { class: 'caller', reason: 'request_broken' },
};

export function meaningOfTransport(failure: TransportFailure): TransportMeaning {
  const meaning = TRANSPORT[failure.reason];
  return failure.phase === 'body' && meaning === UNREACHABLE
    ? { class: 'server', reason: 'stream_cut' }
    : meaning;
}
