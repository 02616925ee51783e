import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from '../gateway/open-data-plane';
import { ANSWERS, askGateway, CHAT } from './ask-gateway';

const SECRET = 'aws-secret-that-nobody-sees';
const ARN = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc';

let upstream: RawUpstream;
let plane: DataPlaneFixture;
let seen: { path: string; headers: IncomingHttpHeaders; rejected: boolean }[];

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const digest = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** What the provider does with a request as it came over the wire: recompute, compare. */
function isSigned(path: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const parts =
    /Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    );
  const [, id, day = '', region = '', service = '', names = '', signature] = parts ?? [];
  if (id !== 'AKIATEST' || headers['x-amz-content-sha256'] !== digest(body)) return false;
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const segments = path.split('/').map((segment) => encodeURIComponent(segment));
  const canonical = ['POST', segments.join('/'), '', lines.join(''), names, digest(body)].join('\n');
  const stamp = String(headers['x-amz-date']);
  const text = [
    'AWS4-HMAC-SHA256',
    stamp,
    `${day}/${region}/${service}/aws4_request`,
    digest(canonical),
  ].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${SECRET}`, day), region), service), 'aws4_request');
  return service === 'bedrock' && hmac(key, text).toString('hex') === signature;
}

const configOf = (credential: object): object => ({
  providers: {
    aws: {
      use: 'bedrock',
      baseUrl: upstream.url,
      allowPrivateNetwork: true,
      region: 'eu-west-1',
      credentials: [{ name: 'acct', ...credential }],
    },
  },
  models: {
    m: { targets: [{ provider: 'aws', model: 'anthropic.claude-haiku-4-5-20251001-v1:0' }] },
    profile: { targets: [{ provider: 'aws', model: ARN }] },
  },
  passthrough: { enabled: true },
  unpriced: 'allow',
});

beforeEach(async () => {
  seen = [];
  upstream = await openUpstream((request, response, body) => {
    const path = request.url ?? '';
    const bearer = request.headers.authorization === 'Bearer bedrock-key';
    const rejected = !bearer && !isSigned(path, request.headers, body);
    seen.push({ path, headers: request.headers, rejected });
    if (rejected) {
      response.writeHead(403, { 'x-amzn-errortype': 'InvalidSignatureException' });
      return response.end(JSON.stringify({ message: `the signature made with ${SECRET} does not match` }));
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(ANSWERS.converse));
  });
  plane = await openDataPlane(configOf({ accessKeyId: 'AKIATEST', secretAccessKey: SECRET }));
});

afterEach(async () => {
  await plane.close();
  await upstream.close();
});

describe('requests to Bedrock', () => {
  it.each([
    ['m', '/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/converse'],
    ['profile', `/model/${encodeURIComponent(ARN)}/converse`],
    ['aws/x/y:1', '/model/x%2Fy%3A1/converse'],
  ])('are signed as they go over the wire: %s', async (model, path) => {
    const answer = await askGateway(plane, '/v1/chat/completions', {
      ...CHAT,
      model,
      messages: [{ role: 'user', content: 'grüße 👋' }],
    });
    expect([answer.status, seen]).toMatchObject([200, [{ path, rejected: false }]]);
    expect(JSON.parse(answer.text)).toMatchObject({ choices: [{ message: { content: 'hello' } }] });
  });

  it('ask for frames where they ask for a stream', async () => {
    await askGateway(plane, '/v1/chat/completions', { ...CHAT, stream: true });
    expect(seen[0]?.path).toMatch(/\/converse-stream$/);
    expect(seen[0]?.headers.accept).toBe('application/vnd.amazon.eventstream');
    expect(seen[0]?.rejected).toBe(false);
  });

  it('carry the token of temporary keys', async () => {
    plane.reload(configOf({ accessKeyId: 'AKIATEST', secretAccessKey: SECRET, sessionToken: 'session-1' }));
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([answer.status, seen[0]?.headers['x-amz-security-token']]).toEqual([200, 'session-1']);
    expect(seen[0]?.headers.authorization).toContain('x-amz-security-token');
  });

  it('carry a key of the service as it is', async () => {
    plane.reload(configOf({ apiKey: 'bedrock-key' }));
    expect((await askGateway(plane, '/v1/chat/completions', CHAT)).status).toBe(200);
    expect(seen[0]?.headers.authorization).toBe('Bearer bedrock-key');
  });

  it('that are refused say so without the secret that the answer repeats', async () => {
    plane.reload(configOf({ accessKeyId: 'AKIAOTHER', secretAccessKey: SECRET }));
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect(answer.status).toBe(502);
    expect(answer.text).toContain('provider_authentication_failed');
    expect(
      answer.text +
        JSON.stringify(plane.ledger.calls, (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v)),
    ).not.toContain(SECRET);
  });
});
