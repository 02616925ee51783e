import type { TokenCredential } from '@azure/identity';
import type { Clock } from '@turnpike/kernel';
import { CredentialFailure, type AuthorizationRequest } from '../domain/authorizer';
import { encodeSegment } from '../domain/operation-paths';
import type { Credential, CredentialGrant } from '../domain/target';
import { fromAmbient } from './ambient-failure';
import { bearer, type AuthAdapter, type SchemeOf } from './auth-adapter';
import { fetchToken } from './fetch-token';
import type { FreshToken } from './kept-token';
import { KeptTokens } from './kept-tokens';

const AUTHORITY = 'https://login.microsoftonline.com';

/**
 * The identities that a service runs under: variables, workload identity, managed identity. The library's default
 * chain goes on to the command lines of developers, which means child processes.
 */
async function findIdentity({ tenantId, clientId }: CredentialGrant): Promise<TokenCredential> {
  const azure = await import('@azure/identity');
  const links: TokenCredential[] = [];
  const add = (make: () => TokenCredential): void => {
    try {
      links.push(make());
    } catch {
      // This identity is not set up here.
    }
  };
  add(() => new azure.EnvironmentCredential());
  add(() => new azure.WorkloadIdentityCredential({ tenantId, clientId }));
  add(() => new azure.ManagedIdentityCredential(clientId === undefined ? {} : { clientId }));
  return new azure.ChainedTokenCredential(...links);
}

async function fromLibrary(grant: CredentialGrant, scope: string): Promise<FreshToken<string>> {
  const identity = await findIdentity(grant);
  const token = await identity.getToken(scope);
  if (!token) throw new CredentialFailure('unreachable', 'no access token was given');
  return { value: token.token, expiresAtMs: token.expiresOnTimestamp };
}

function fetchFor(grant: CredentialGrant, scope: string, nowMs: number): Promise<FreshToken<string>> {
  const { tenantId, clientId, clientSecret, tokenUrl } = grant;
  if (tenantId === undefined || clientId === undefined || clientSecret === undefined)
    return fromAmbient('Entra', () => fromLibrary(grant, scope));
  const url = tokenUrl ?? `${AUTHORITY}/${encodeSegment(tenantId)}/oauth2/v2.0/token`;
  const form = { grant_type: 'client_credentials', client_id: clientId, scope };
  return fetchToken(url, { ...form, client_secret: clientSecret.reveal() }, nowMs);
}

/** A key where there is one, else tokens of Microsoft Entra. */
export class EntraOrKeyAuth implements AuthAdapter<SchemeOf<'entra-or-key'>> {
  private readonly tokens: KeptTokens<string>;

  constructor(private readonly clock: Clock) {
    this.tokens = new KeptTokens(clock);
  }

  authorize(
    { credential, deadlineMs }: AuthorizationRequest,
    { name, scope }: SchemeOf<'entra-or-key'>,
  ): readonly string[] | Promise<readonly string[]> {
    const key = credential.secret.reveal();
    if (key !== '') return [name, key];
    const fetch = (): Promise<FreshToken<string>> => fetchFor(credential.grant ?? {}, scope, this.clock());
    const token = this.tokens.take(credential, deadlineMs, fetch);
    return typeof token === 'string' ? bearer(token) : token.then(bearer);
  }

  renew(credential: Credential, sinceMs: number): boolean {
    return this.tokens.drop(credential, sinceMs);
  }
}
