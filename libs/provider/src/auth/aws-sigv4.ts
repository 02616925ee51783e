import type { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '@turnpike/kernel';
import { CredentialFailure, type AuthorizationRequest } from '../domain/authorizer';
import type { Credential, CredentialGrant } from '../domain/target';
import { fromAmbient } from './ambient-failure';
import { bearer, type AuthAdapter, type SchemeOf } from './auth-adapter';
import type { FreshToken } from './kept-token';
import { KeptTokens } from './kept-tokens';
import { NodeSha256 } from './node-sha256';

type HttpRequest = Parameters<SignatureV4['sign']>[0];

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

function statedIdentity({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: CredentialGrant): Identity | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken && { sessionToken: sessionToken.reveal() }),
  };
}

/** Variables, profiles, web identity, container and instance roles: whatever the vendor's own tools would find. */
async function fromChain(): Promise<FreshToken<Identity>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const identity = await defaultProvider()();
  const { expiration } = identity;
  return { value: identity, ...(expiration && { expiresAtMs: expiration.getTime() }) };
}

/** The request as the signer takes it: the query apart from the path. */
function toHttpRequest({ provider, method, path, headers, body }: AuthorizationRequest): HttpRequest {
  const url = new URL(provider.origin);
  const question = path.indexOf('?');
  const query = new URLSearchParams(question < 0 ? '' : path.slice(question + 1));
  const record: Record<string, string> = { host: url.host };
  for (let i = 0; i + 1 < headers.length; i += 2) record[headers[i] ?? ''] = headers[i + 1] ?? '';
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: question < 0 ? path : path.slice(0, question),
    query: Object.fromEntries(query),
    headers: record,
    // A body that comes by and by cannot be signed: its digest is sent before its first byte.
    body: Buffer.isBuffer(body) ? body : undefined,
  };
}

/** Requests signed with Signature Version 4; a key of the service's own goes as bearer. */
export class AwsSigV4Auth implements AuthAdapter<SchemeOf<'aws-sigv4'>> {
  private readonly identities: KeptTokens<Identity>;

  constructor(private readonly clock: Clock) {
    this.identities = new KeptTokens(clock);
  }

  authorize(
    request: AuthorizationRequest,
    scheme: SchemeOf<'aws-sigv4'>,
  ): readonly string[] | Promise<readonly string[]> {
    const key = request.credential.secret.reveal();
    return key === '' ? this.sign(request, scheme.service) : bearer(key);
  }

  renew(credential: Credential, sinceMs: number): boolean {
    return this.identities.drop(credential, sinceMs);
  }

  private async sign(request: AuthorizationRequest, service: string): Promise<readonly string[]> {
    const { credential, deadlineMs, provider } = request;
    const stated = statedIdentity(credential.grant ?? {});
    const identity =
      stated ?? (await this.identities.take(credential, deadlineMs, () => fromAmbient('AWS', fromChain)));
    const { region } = provider.settings;
    if (region === undefined)
      throw new CredentialFailure('refused', 'the provider has no region to sign for');
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const signer = new SignatureV4({ service, region, credentials: identity, sha256: NodeSha256 });
    const unsigned = toHttpRequest(request);
    const signed = await signer.sign(unsigned, { signingDate: new Date(this.clock()) });
    return Object.entries(signed.headers)
      .filter(([name]) => !Object.hasOwn(unsigned.headers, name))
      .flat();
  }
}
