import { systemClock, type Clock } from '@turnpike/kernel';
import { Authorizer, type AuthorizationRequest } from '../domain/authorizer';
import type { AuthScheme } from '../domain/definition';
import type { Credential, Provider } from '../domain/target';
import { bearer, NO_HEADERS, type AuthAdapter, type SchemeOf } from './auth-adapter';
import { AwsSigV4Auth } from './aws-sigv4';
import { EntraOrKeyAuth } from './entra-or-key';
import { GoogleTokenAuth } from './google-token';

type Adapters = { readonly [K in AuthScheme['kind']]: AuthAdapter<SchemeOf<K>> };

/** Every scheme there is. A new one is its file and its line here. */
const createAdapters = (clock: Clock): Adapters => ({
  bearer: { authorize: ({ credential }) => withKey(credential, bearer) },
  header: { authorize: ({ credential }, { name }) => withKey(credential, (key) => [name, key]) },
  'aws-sigv4': new AwsSigV4Auth(clock),
  'google-token': new GoogleTokenAuth(clock),
  'entra-or-key': new EntraOrKeyAuth(clock),
});

/** Local servers are asked without a key. */
function withKey({ secret }: Credential, write: (key: string) => readonly string[]): readonly string[] {
  const key = secret.reveal();
  return key === '' ? NO_HEADERS : write(key);
}

/** Authorizes by the scheme that a provider's definition names. */
export class SchemeAuthorizer extends Authorizer {
  private readonly adapters: Adapters;

  constructor(clock: Clock = systemClock) {
    super();
    this.adapters = createAdapters(clock);
  }

  authorize(request: AuthorizationRequest): readonly string[] | Promise<readonly string[]> {
    const { auth } = request.provider.definition;
    return this.adapterOf(auth).authorize(request, auth);
  }

  renew({ definition }: Provider, credential: Credential, sinceMs: number): boolean {
    return this.adapterOf(definition.auth).renew?.(credential, sinceMs) ?? false;
  }

  /** An adapter takes the schemes of its own kind, which are the only ones it is asked about. */
  private adapterOf({ kind }: AuthScheme): AuthAdapter<AuthScheme> {
    return this.adapters[kind];
  }
}
