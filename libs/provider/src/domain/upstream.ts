import type { Provider } from './target';

/** A body that comes by and by; read at most once. Its headers state its length, or it goes in chunks. */
export type BodyStream = AsyncIterable<Buffer>;

export interface UpstreamRequest {
  readonly provider: Provider;
  /** Pools are per (origin, credential): answers of one account never share a socket with another's. */
  readonly credentialId: string;
  readonly method: 'POST' | 'GET';
  /** Path with query. */
  readonly path: string;
  /** Flat list: name, value, name, value. */
  readonly headers: string[];
  readonly body: Buffer | BodyStream | null;
  /** Milliseconds left of the caller's deadline. */
  readonly deadlineMs: number;
}

/** What went wrong below HTTP. `phase` tells whether a request byte may have reached the provider. */
export interface TransportFailure {
  readonly phase: 'connect' | 'head' | 'body';
  readonly reason:
    | 'address_denied'
    | 'dns_error'
    | 'connect_timeout'
    | 'connect_error'
    | 'tls_error'
    | 'first_byte_timeout'
    | 'idle_timeout'
    | 'total_timeout'
    /** The caller's, not the provider's. */
    | 'deadline'
    | 'socket_closed'
    | 'protocol_error'
    | 'aborted'
    /** The body that was being sent broke off where it came from: the caller's. */
    | 'request_broken'
    /** No exchange took place: the credential gave nothing to send. */
    | 'credential_refused'
    | 'credential_unreachable';
  readonly message: string;
}

/** Callbacks instead of an AsyncIterable: nothing is allocated per chunk. Exactly one of onEnd and onError is last. */
export interface UpstreamSink {
  /** `headers` are flat, names lower case. */
  onHead(status: number, headers: readonly string[]): void;
  onChunk(chunk: Buffer): void;
  onEnd(): void;
  onError(failure: TransportFailure): void;
}

export interface UpstreamCall {
  pause(): void;
  resume(): void;
  /** Ends the exchange; the sink hears nothing more. */
  abort(): void;
}

/** Makes one HTTP call to one provider. Never throws: what fails arrives in the sink. */
export abstract class Upstream {
  abstract dispatch(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall;
  abstract close(): Promise<void>;
}
