import { createVerify, generateKeyPairSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from '../gateway/open-data-plane';
import { ANSWERS, askGateway, CHAT, GEMINI, MESSAGES } from './ask-gateway';
import { openTokenEndpoint, type TokenEndpoint } from './token-endpoint';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const ACCOUNT = {
  type: 'service_account',
  project_id: 'p1',
  private_key_id: 'key-7',
  private_key: PEM,
  client_email: 'gateway@p1.iam.gserviceaccount.com',
};

let upstream: RawUpstream;
let tokens: TokenEndpoint;
let plane: DataPlaneFixture;
let seen: { path: string; headers: IncomingHttpHeaders; body: string }[];
let issued: number;

const grant = (expires_in = 3_600) => ({
  body: { access_token: `ya29.token-${++issued}`, expires_in, token_type: 'Bearer' },
});

const configOf = (credential: object | undefined, more: object = {}): object => ({
  providers: {
    g: {
      use: 'vertex',
      baseUrl: upstream.url,
      allowPrivateNetwork: true,
      project: 'p1',
      location: 'europe-west4',
      credentials: credential ? [{ name: 'sa', ...credential }] : [],
    },
    c: {
      use: 'vertex-anthropic',
      baseUrl: upstream.url,
      allowPrivateNetwork: true,
      project: 'p1',
      location: 'global',
      credentials: credential ? [{ name: 'sa', ...credential }] : [],
    },
    spare: {
      use: 'openai-compatible',
      baseUrl: `${upstream.url}/v1`,
      allowPrivateNetwork: true,
      credentials: [{ name: 'k', apiKey: 'spare-key' }],
    },
  },
  models: {
    m: { targets: [{ provider: 'g', model: 'gemini-2.5-flash' }] },
    'm-spare': {
      targets: [
        { provider: 'g', model: 'gemini-2.5-flash' },
        { provider: 'spare', model: 'x' },
      ],
    },
    claude: { targets: [{ provider: 'c', model: 'claude-sonnet-4-5@20250929' }] },
  },
  passthrough: { enabled: true },
  unpriced: 'allow',
  ...more,
});

const withAccount = (): object => ({
  serviceAccount: JSON.stringify(ACCOUNT),
  tokenUrl: `${tokens.url}/token`,
});

beforeEach(async () => {
  seen = [];
  issued = 0;
  upstream = await openUpstream((request, response, body) => {
    const path = request.url ?? '';
    seen.push({ path, headers: request.headers, body: body.toString() });
    const answer = path.includes('anthropic')
      ? ANSWERS.messages
      : path.includes('chat/completions')
        ? ANSWERS.chat
        : ANSWERS.gemini;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  tokens = await openTokenEndpoint(() => grant());
  plane = await openDataPlane(configOf(withAccount()));
});

afterEach(async () => {
  await plane.close();
  await upstream.close();
  await tokens.close();
});

const part = (assertion: string, i: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(assertion.split('.')[i] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('a service account', () => {
  it('signs who it is, and its token goes to the model of the project at the location', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      200,
      { choices: [{ message: { content: 'hello' } }] },
    ]);
    expect(seen[0]?.path).toBe(
      '/v1/projects/p1/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
    );
    expect(seen[0]?.headers.authorization).toBe('Bearer ya29.token-1');
    const { form } = tokens.asked[0] ?? { form: new URLSearchParams() };
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = form.get('assertion') ?? '';
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    expect(
      createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url'),
    ).toBe(true);
    expect(part(assertion, 0)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-7' });
    expect(part(assertion, 1)).toMatchObject({
      iss: ACCOUNT.client_email,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: `${tokens.url}/token`,
    });
  });

  it('is asked once for calls that come at the same time, and once an hour after that', async () => {
    tokens.answer = () => ({ ...grant(), delayMs: 100 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => askGateway(plane, '/v1/chat/completions', CHAT)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([tokens.asked.length, seen.length]).toEqual([1, 9]);
  });

  it('streams on the path for streams', async () => {
    const answer = await askGateway(plane, '/v1beta/models/m:streamGenerateContent?alt=sse', GEMINI);
    expect(answer.status).toBe(200);
    expect(seen[0]?.path).toMatch(/models\/gemini-2\.5-flash:streamGenerateContent\?alt=sse$/);
    expect(seen[0]?.headers.accept).toBe('text/event-stream');
  });

  it('asks Claude on its own paths, with the version in the body and known betas alone', async () => {
    const body = { ...MESSAGES, model: 'claude', context_management: { edits: [] } };
    const answer = await askGateway(plane, '/v1/messages', body, {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'interleaved-thinking-2025-05-14, made-up-2099-01-01,context-1m-2025-08-07',
    });
    expect([answer.status, answer.headers.get('x-turnpike-lane')]).toEqual([200, 'passthrough']);
    expect(answer.headers.get('x-turnpike-warnings')).toBe('dropped:anthropic-beta:made-up-2099-01-01');
    expect(seen[0]?.path).toBe(
      '/v1/projects/p1/locations/global/publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict',
    );
    expect(seen[0]?.headers['anthropic-beta']).toBe('interleaved-thinking-2025-05-14,context-1m-2025-08-07');
    expect(seen[0]?.headers['anthropic-version']).toBeUndefined();
    const { model: _model, ...rest } = body;
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ anthropic_version: 'vertex-2023-10-16', ...rest });
  });

  it('asks Claude the same in the translate lane, and streams by another verb', async () => {
    const whole = await askGateway(plane, '/v1/chat/completions', { ...CHAT, model: 'claude' });
    expect([whole.status, whole.headers.get('x-turnpike-lane')]).toEqual([200, 'translate']);
    const sent = JSON.parse(seen[0]?.body ?? '') as Record<string, unknown>;
    expect(sent).toMatchObject({ anthropic_version: 'vertex-2023-10-16' });
    expect(Object.keys(sent)).not.toContain('model');
    await askGateway(plane, '/v1/messages', { ...MESSAGES, model: 'claude', stream: true });
    expect(seen[1]?.path).toMatch(/:streamRawPredict$/);
  });

  it('asks their counters in their own ways', async () => {
    const place = '/v1/projects/p1/locations/';
    await askGateway(plane, '/v1beta/models/m:countTokens', { generateContentRequest: GEMINI });
    expect(seen[0]).toMatchObject({
      path: `${place}europe-west4/publishers/google/models/gemini-2.5-flash:countTokens`,
      body: JSON.stringify(GEMINI),
    });
    await askGateway(plane, '/v1/messages/count_tokens', { model: 'claude', messages: MESSAGES.messages });
    expect(seen[1]?.path).toBe(`${place}global/publishers/anthropic/models/count-tokens:rawPredict`);
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({
      anthropic_version: 'vertex-2023-10-16',
      model: 'claude-sonnet-4-5@20250929',
      messages: MESSAGES.messages,
    });
  });

  it.each([
    ['c/../../x', 404],
    ['c/..%2f..%2fadmin', 404],
    ['c/x:predict?key=1#y', 200],
    ['c/x\u0000', 404],
  ])('no asked name leaves its place: %j', async (model, status) => {
    const answer = await askGateway(plane, '/v1/messages', { ...MESSAGES, model });
    expect(answer.status).toBe(status);
    for (const { path } of seen) {
      expect(path).toMatch(
        /^\/v1\/projects\/p1\/locations\/global\/publishers\/anthropic\/models\/[A-Za-z0-9%.-]+:rawPredict$/,
      );
      expect(path.toLowerCase()).not.toMatch(/%2e|\/\.\.|\.\.\//);
    }
  });
});

describe('a token that is not given', () => {
  const SECRET_WORDS = /BEGIN PRIVATE KEY|ya29\.|eyJ/;

  it('is a failure of the credential: said without a secret, and the credential rests', async () => {
    tokens.answer = () => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Invalid JWT signature for eyJabcdefgh.eyJ' },
    });
    const first = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect(first.status).toBe(502);
    const { error } = JSON.parse(first.text) as { error: { turnpike: object; message: string } };
    expect(error.turnpike).toMatchObject({
      reason: 'provider_authentication_failed',
      layer: 'provider',
      attempts: [{ provider: 'g', credential: 'sa', status: null, reason: 'credential_refused' }],
    });
    expect(first.text).not.toMatch(SECRET_WORDS);
    const second = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([second.status, second.headers.get('x-turnpike-attempts')]).toEqual([502, '0']);
    expect([tokens.asked.length, seen.length, plane.observer.defects]).toEqual([1, 0, []]);
  });

  it.each([
    ['an error of the endpoint', { status: 503, body: 'busy' }],
    ['no token in the answer', { body: { token_type: 'Bearer' } }],
    ['a token that no header can hold', { body: { access_token: 'a\r\nx-evil: 1' } }],
    ['an endless answer', { body: 'x'.repeat(100_000) }],
    ['a redirect', { status: 302, body: '' }],
  ])('%s: the next target answers', async (_, answer) => {
    tokens.answer = () => answer;
    const served = await askGateway(plane, '/v1/chat/completions', { ...CHAT, model: 'm-spare' });
    expect([served.status, served.headers.get('x-turnpike-attempts')]).toEqual([200, '2']);
    expect(served.headers.get('x-turnpike-provider')).toBe('spare');
    expect(plane.observer.defects).toEqual([]);
  });

  it('nobody listens at the endpoint: the next target answers', async () => {
    await tokens.close();
    const served = await askGateway(plane, '/v1/chat/completions', { ...CHAT, model: 'm-spare' });
    expect([served.status, served.headers.get('x-turnpike-provider')]).toEqual([200, 'spare']);
  });

  it('a key that is none is refused without asking anybody', async () => {
    const broken = JSON.stringify({ ...ACCOUNT, private_key: 'not a key' });
    plane.reload(configOf({ serviceAccount: broken, tokenUrl: `${tokens.url}/token` }));
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([answer.status, tokens.asked.length]).toEqual([502, 0]);
    expect(answer.text).not.toContain('not a key');
  });

  it('ends with the deadline of the call while the endpoint is silent', async () => {
    tokens.answer = () => ({ ...grant(), delayMs: 3_000 });
    plane.reload(configOf(withAccount(), { resilience: { deadlineMs: 300, maxAttempts: 1 } }));
    const before = performance.now();
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(answer.status).toBeGreaterThanOrEqual(502);
    expect(seen).toEqual([]);
  });

  it('a client that leaves meanwhile costs nobody an exchange', async () => {
    tokens.answer = () => ({ ...grant(), delayMs: 400 });
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 100);
    await expect(
      fetch(`${plane.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.key}` },
        body: JSON.stringify(CHAT),
        signal: leaving.signal,
      }),
    ).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect([seen.length, plane.ledger.calls[0]?.state]).toEqual([0, 'cancelled']);
  });
});
