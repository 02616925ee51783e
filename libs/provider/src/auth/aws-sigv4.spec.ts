import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Secret } from '@turnpike/kernel';
import type { AuthorizationRequest } from '../domain/authorizer';
import { encodeSegment } from '../domain/operation-paths';
import type { Provider } from '../domain/target';
import { PROVIDERS } from '../registry';
import { SchemeAuthorizer } from './scheme-authorizer';

const NOW_MS = Date.parse('2026-11-21T12:34:56Z');
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

const provider = (origin: string): Provider => ({
  name: 'aws',
  definition: PROVIDERS.bedrock,
  dialect: PROVIDERS.bedrock.dialect,
  origin,
  basePath: '',
  settings: { region: 'eu-west-1' },
  deployments: new Map(),
  models: new Map(),
  credentials: [],
  timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
  allowPrivateNetwork: true,
});

const request = (path: string, body: string, token?: string): AuthorizationRequest => ({
  provider: provider('https://bedrock-runtime.eu-west-1.amazonaws.com'),
  credential: {
    id: 'aws/x',
    name: 'x',
    secret: new Secret(''),
    quotaGroup: 'aws/x',
    grant: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: new Secret(SECRET),
      ...(token !== undefined && { sessionToken: new Secret(token) }),
    },
  },
  method: 'POST',
  path,
  headers: ['content-type', 'application/json', 'accept', 'application/json', 'user-agent', 'tool/1  (x)'],
  body: Buffer.from(body),
  deadlineMs: 1_000,
});

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const headerOf = (headers: readonly string[], name: string): string =>
  headers[headers.indexOf(name) + 1] ?? '';

/** The signature as the vendor's documents describe it, written out once more: nothing of the signer's is used. */
function signatureOf(
  asked: AuthorizationRequest,
  own: readonly string[],
): { signature: string; names: string } {
  const authorization = headerOf(own, 'authorization');
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
  const stamp = headerOf(own, 'x-amz-date');
  const all = [...asked.headers, ...own, 'host', new URL(asked.provider.origin).host];
  const canonicalHeaders = names
    .split(';')
    .map((name) => `${name}:${headerOf(all, name).trim().replace(/\s+/g, ' ')}\n`)
    .join('');
  const canonicalPath = asked.path
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
  const canonical = [
    asked.method,
    canonicalPath,
    '',
    canonicalHeaders,
    names,
    sha256(Buffer.isBuffer(asked.body) ? asked.body : ''),
  ].join('\n');
  const day = stamp.slice(0, 8);
  const scope = `${day}/eu-west-1/bedrock/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`;
  const key = ['eu-west-1', 'bedrock', 'aws4_request'].reduce(hmac, hmac(`AWS4${SECRET}`, day));
  return { signature: hmac(key, text).toString('hex'), names };
}

const authorizer = new SchemeAuthorizer(() => NOW_MS);

describe('Signature Version 4', () => {
  it.each([
    ['a plain name', '/model/amazon.nova-lite/converse', undefined],
    ['a version', '/model/anthropic.claude-3-5-haiku-20241022-v1%3A0/converse-stream', undefined],
    [
      'an ARN',
      `/model/${encodeSegment('arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x-v1:0')}/converse`,
      'session-token',
    ],
  ])('of %s is what the provider computes', async (_, path, token) => {
    const asked = request(path, '{"messages":[{"ü":1}]}', token);
    const own = await authorizer.authorize(asked);
    const { signature, names } = signatureOf(asked, own);
    expect(headerOf(own, 'authorization')).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/bedrock/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    );
    expect(names.split(';')).toEqual(
      expect.arrayContaining(['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date']),
    );
    expect(headerOf(own, 'x-amz-date')).toBe('20261121T123456Z');
    expect(own.includes('x-amz-security-token')).toBe(token !== undefined);
    if (token !== undefined) expect(names).toContain('x-amz-security-token');
    expect(own.filter((_, i) => i % 2 === 0)).not.toContain('host');
    expect(own.join()).not.toContain(SECRET);
  });

  it('holds for any model name and body', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'binary' }), fc.string(), async (model, body) => {
        const asked = request(`/model/x${encodeSegment(model)}/converse`, body);
        const own = await authorizer.authorize(asked);
        expect(headerOf(own, 'authorization')).toContain(`Signature=${signatureOf(asked, own).signature}`);
      }),
      { numRuns: 50 },
    ));

  it('gives way to a key of the service', () => {
    const asked = request('/model/m/converse', '{}');
    const credential = { ...asked.credential, secret: new Secret('bedrock-api-key') };
    expect(authorizer.authorize({ ...asked, credential })).toEqual([
      'authorization',
      'Bearer bedrock-api-key',
    ]);
  });

  it('is computed in no time over a body of 20 MB', async () => {
    const asked = request('/model/m/converse', 'x'.repeat(20_000_000));
    const before = performance.now();
    await authorizer.authorize(asked);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
