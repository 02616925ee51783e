import type { Credential, Provider } from './target';
import type { BodyStream } from './upstream';

/** An exchange as it will be sent: what a signature is taken over. */
export interface AuthorizationRequest {
  readonly provider: Provider;
  readonly credential: Credential;
  readonly method: 'POST' | 'GET';
  /** Path with query, as it goes on the wire. */
  readonly path: string;
  /** Flat list of names and values, all there are but the credential's own. */
  readonly headers: readonly string[];
  readonly body: Buffer | BodyStream | null;
  /** Milliseconds that a token may be waited for. */
  readonly deadlineMs: number;
}

/** Says what an exchange has to carry so that the provider knows whose it is. */
export abstract class Authorizer {
  /**
   * Headers of the credential, flat names and values; without a promise where nothing has to be fetched or signed.
   * @throws CredentialFailure, as a rejection too.
   */
  abstract authorize(request: AuthorizationRequest): readonly string[] | Promise<readonly string[]>;
  /**
   * The provider refused what this credential had fetched before `sinceMs`: it is fetched anew.
   * False: there is nothing newer to be had.
   */
  abstract renew(provider: Provider, credential: Credential, sinceMs: number): boolean;
}

/** A credential gave nothing to send. The message is ours: it holds no secret and no word of a token endpoint's. */
export class CredentialFailure extends Error {
  constructor(
    /** `refused`: the credential is wrong; `unreachable`: whoever gives tokens did not answer in time, or not sensibly. */
    readonly kind: 'refused' | 'unreachable',
    message: string,
  ) {
    super(message);
  }
}
