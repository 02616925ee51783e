import { createSign } from 'node:crypto';
import type { Clock } from '@turnpike/kernel';
import { CredentialFailure, type AuthorizationRequest } from '../domain/authorizer';
import type { Credential } from '../domain/target';
import { fromAmbient } from './ambient-failure';
import { bearer, type AuthAdapter, type SchemeOf } from './auth-adapter';
import { fetchToken } from './fetch-token';
import type { FreshToken } from './kept-token';
import { KeptTokens } from './kept-tokens';

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The longest that the vendor grants. */
const ASSERTION_LIFE_S = 3_600;
/** Of a token whose end the library does not tell. */
const UNSTATED_LIFE_MS = 300_000;

interface ServiceAccount {
  readonly type: string;
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string;
}

interface TokenQuestion {
  readonly scope: string;
  readonly project: string;
  readonly nowMs: number;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** RFC 7523: what the service account says of itself, signed with its key. */
function signAssertion(account: ServiceAccount, scope: string, tokenUrl: string, nowMs: number): string {
  const iat = Math.floor(nowMs / 1_000);
  const head = base64url({
    alg: 'RS256',
    typ: 'JWT',
    ...(account.private_key_id === undefined ? {} : { kid: account.private_key_id }),
  });
  const claims = { iss: account.client_email, scope, aud: tokenUrl, iat, exp: iat + ASSERTION_LIFE_S };
  const text = `${head}.${base64url(claims)}`;
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(account.private_key, 'base64url')}`;
  } catch {
    throw new CredentialFailure('refused', 'the private key of the service account cannot be used');
  }
}

/**
 * The library knows every place that an identity can come from, and every kind of JSON but the plain one. It is told
 * the project, because it would ask the vendor's command line for it.
 */
async function fromLibrary(asked: TokenQuestion, json?: object): Promise<FreshToken<string>> {
  const { GoogleAuth } = await import('google-auth-library');
  const { scope, project, nowMs } = asked;
  const auth = new GoogleAuth({ scopes: [scope], projectId: project, ...(json && { credentials: json }) });
  const client = await auth.getClient();
  const { token } = await client.getAccessToken();
  if (!token) throw new CredentialFailure('unreachable', 'no access token was given');
  return { value: token, expiresAtMs: client.credentials.expiry_date ?? nowMs + UNSTATED_LIFE_MS };
}

async function fetchFor({ grant }: Credential, asked: TokenQuestion): Promise<FreshToken<string>> {
  if (!grant?.serviceAccount) return fromAmbient('Google', () => fromLibrary(asked));
  let account: ServiceAccount;
  try {
    account = JSON.parse(grant.serviceAccount.reveal()) as ServiceAccount;
  } catch {
    throw new CredentialFailure('refused', 'the service account is no JSON');
  }
  if (account.type !== 'service_account') return fromAmbient('Google', () => fromLibrary(asked, account));
  const tokenUrl = grant.tokenUrl ?? TOKEN_URL;
  const assertion = signAssertion(account, asked.scope, tokenUrl, asked.nowMs);
  return fetchToken(tokenUrl, { grant_type: GRANT_TYPE, assertion }, asked.nowMs);
}

/** Access tokens of a service account, of a workload identity, or of whatever the process runs as. */
export class GoogleTokenAuth implements AuthAdapter<SchemeOf<'google-token'>> {
  private readonly tokens: KeptTokens<string>;

  constructor(private readonly clock: Clock) {
    this.tokens = new KeptTokens(clock);
  }

  authorize(
    { provider, credential, deadlineMs }: AuthorizationRequest,
    { scope }: SchemeOf<'google-token'>,
  ): readonly string[] | Promise<readonly string[]> {
    const { project = '' } = provider.settings;
    const fetch = (): Promise<FreshToken<string>> =>
      fetchFor(credential, { scope, project, nowMs: this.clock() });
    const token = this.tokens.take(credential, deadlineMs, fetch);
    return typeof token === 'string' ? bearer(token) : token.then(bearer);
  }

  renew(credential: Credential, sinceMs: number): boolean {
    return this.tokens.drop(credential, sinceMs);
  }
}
