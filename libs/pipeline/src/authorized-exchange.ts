import {
  CredentialFailure,
  type AuthorizationRequest,
  type Authorizer,
  type TransportFailure,
  type Upstream,
  type UpstreamCall,
  type UpstreamSink,
} from '@turnpike/provider';

/** What of the pipeline's surroundings an exchange needs. */
export interface ExchangePorts {
  readonly upstream: Upstream;
  readonly authorizer: Authorizer;
}

/** One exchange with everything but its credential's headers. */
export interface ExchangeRequest extends AuthorizationRequest {
  /** False: whoever wanted it is gone, and it is not begun. */
  readonly wanted?: () => boolean;
}

const UNWANTED: TransportFailure = { phase: 'connect', reason: 'aborted', message: 'the client left' };

const failureOf = (error: unknown): TransportFailure => {
  const refused = error instanceof CredentialFailure && error.kind === 'refused';
  return {
    phase: 'connect',
    reason: refused ? 'credential_refused' : 'credential_unreachable',
    // Only our own words: what a library throws may hold what it was given.
    message: error instanceof CredentialFailure ? error.message : 'the credential could not be used',
  };
};

/** An exchange whose credential is still being fetched: it can be given up before it has begun. */
class PendingExchange implements UpstreamCall {
  private exchange: UpstreamCall | undefined;
  private paused = false;
  private over = false;

  begin(start: () => UpstreamCall): void {
    if (this.over) return;
    this.exchange = start();
    if (this.paused) this.exchange.pause();
  }

  fail(sink: UpstreamSink, failure: TransportFailure): void {
    if (this.over) return;
    this.over = true;
    sink.onError(failure);
  }

  pause(): void {
    this.paused = true;
    this.exchange?.pause();
  }

  resume(): void {
    this.paused = false;
    this.exchange?.resume();
  }

  abort(): void {
    this.over = true;
    this.exchange?.abort();
  }
}

/**
 * Makes an exchange under its credential. A plain key costs no promise. Never throws: a credential that gives nothing
 * arrives in the sink, in a later turn.
 */
export function exchangeAuthorized(
  { upstream, authorizer }: ExchangePorts,
  request: ExchangeRequest,
  sink: UpstreamSink,
): UpstreamCall {
  const dispatch = (own: readonly string[], waitedMs: number): UpstreamCall => {
    const { provider, credential, method, path, headers, body, deadlineMs } = request;
    return upstream.dispatch(
      {
        provider,
        credentialId: credential.id,
        method,
        path,
        headers: [...headers, ...own],
        body,
        deadlineMs: deadlineMs - waitedMs,
      },
      sink,
    );
  };
  const beganAtMs = Date.now();
  let own: ReturnType<Authorizer['authorize']>;
  try {
    own = authorizer.authorize(request);
  } catch (error) {
    own = Promise.reject(error);
  }
  if (!(own instanceof Promise)) return dispatch(own, 0);
  const pending = new PendingExchange();
  own.then(
    (headers) => {
      if (request.wanted?.() === false) pending.fail(sink, UNWANTED);
      else pending.begin(() => dispatch(headers, Math.max(0, Date.now() - beganAtMs)));
    },
    (error: unknown) => pending.fail(sink, failureOf(error)),
  );
  return pending;
}
