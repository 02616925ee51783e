import type { TransportFailure } from '../domain/upstream';

type Reason = TransportFailure['reason'];

const REASONS: Readonly<Record<string, Reason>> = {
  ERR_ADDRESS_DENIED: 'address_denied',
  ENOTFOUND: 'dns_error',
  EAI_AGAIN: 'dns_error',
  EAI_FAIL: 'dns_error',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  ECONNREFUSED: 'connect_error',
  EHOSTUNREACH: 'connect_error',
  ENETUNREACH: 'connect_error',
  EADDRNOTAVAIL: 'connect_error',
  ECONNRESET: 'socket_closed',
  EPIPE: 'socket_closed',
  UND_ERR_SOCKET: 'socket_closed',
  UND_ERR_HEADERS_OVERFLOW: 'protocol_error',
};

const codeOf = (error: Error & { code?: unknown; errors?: readonly Error[] }): string => {
  if (typeof error.code === 'string') return error.code;
  // Happy eyeballs collects one error per address.
  const inner: (Error & { code?: unknown }) | undefined = error.errors?.[0];
  return typeof inner?.code === 'string' ? inner.code : '';
};

/** A socket or parser error in our words. The original text stays out: it may name internal hosts. */
export function describeTransportError(error: Error, phase: TransportFailure['phase']): TransportFailure {
  const code = codeOf(error);
  const known = REASONS[code];
  if (known === 'address_denied') return { phase, reason: known, message: error.message };
  if (known === 'socket_closed' && phase === 'connect')
    return { phase, reason: 'connect_error', message: 'the connection was reset' };
  if (known) return { phase, reason: known, message: code };
  if (code.startsWith('HPE_') || error.name === 'HTTPParserError')
    return { phase, reason: 'protocol_error', message: code || 'not HTTP/1.1' };
  if (/^(ERR_TLS|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|EPROTO)/.test(code))
    return { phase, reason: 'tls_error', message: code };
  return {
    phase,
    reason: phase === 'connect' ? 'connect_error' : 'socket_closed',
    message: code || 'connection lost',
  };
}
