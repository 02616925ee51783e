import { createSign, generateKeyPairSync } from 'node:crypto';
import type { MockUpstream } from '../mock-upstream';
import { createMockUpstream, imageOf, vectorOf } from '../mock-upstream';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ACCOUNT = 'gateway@p.iam.gserviceaccount.com';
const PLACE = '/v1/projects/p/locations/europe-west4';

let mock: MockUpstream;
beforeAll(async () => {
  mock = await createMockUpstream({
    paceMs: 0,
    googleKeys: { [ACCOUNT]: publicKey.export({ type: 'spki', format: 'pem' }) as string },
    entraSecrets: { app: 'secret' },
  });
});
afterAll(() => mock.close());

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function assertion(claims: object = {}, key = privateKey, alg = 'RS256'): string {
  const iat = Math.floor(Date.now() / 1000);
  const scope = 'https://www.googleapis.com/auth/cloud-platform';
  const all = { iss: ACCOUNT, scope, aud: `${mock.url}/token`, iat, exp: iat + 3600, ...claims };
  const text = `${part({ alg, typ: 'JWT' })}.${part(all)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
const form = (path: string, fields: Record<string, string>): Promise<Response> =>
  fetch(mock.url + path, { method: 'POST', body: new URLSearchParams(fields) });
const grant = (signed: string): Promise<Response> =>
  form('/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: signed });
const post = (path: string, body: unknown, headers: Record<string, string>): Promise<Response> =>
  fetch(mock.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
const contents = [{ role: 'user', parts: [{ text: '[[mock: text=hello]]' }] }];
const bearer = { authorization: 'Bearer t' };

describe('token endpoints', () => {
  it('give a token that lives as long as scripted', async () => {
    mock.script([{ match: { path: '/token' }, plan: { expiresIn: 1 } }]);
    const told = (await (await grant(assertion())).json()) as { access_token: string; expires_in: number };
    expect(told).toMatchObject({ expires_in: 1, token_type: 'Bearer' });
    const ask = async (token: string): Promise<number> =>
      (
        await post(
          `${PLACE}/publishers/google/models/gemini-2.5-flash:generateContent`,
          { contents },
          { authorization: `Bearer ${token}` },
        )
      ).status;
    expect(await ask(told.access_token)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await ask(told.access_token)).toBe(401);
    expect(await ask('mock-token.999')).toBe(401);
    expect(mock.journal.entries[0]).toMatchObject({ operation: 'token', dialect: 'oauth' });
    mock.script([]);
  });

  it.each<[string, () => string, string]>([
    ['another key', () => assertion({}, other), 'Invalid JWT Signature'],
    ['an unknown account', () => assertion({ iss: 'x@y' }), 'account not found'],
    [
      'a life of two hours',
      () => assertion({ exp: Math.floor(Date.now() / 1000) + 7200 }),
      'short-lived token',
    ],
    ['an end in the past', () => assertion({ exp: 1 }), 'short-lived token'],
    ['no scope', () => assertion({ scope: '' }), 'Invalid OAuth scope'],
    ['another audience', () => assertion({ aud: 'https://example.com' }), 'audience'],
    ['another algorithm', () => assertion({}, privateKey, 'HS256'), 'RS256'],
    ['no assertion', () => 'x', 'RS256'],
  ])('refuse an assertion with %s', async (_name, make, words) => {
    const answer = await grant(make());
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(words)]);
  });

  it.each<[string, Record<string, string>, number]>([
    ['its secret', { client_secret: 'secret' }, 200],
    ['another secret', { client_secret: 'x' }, 401],
    ['no secret', {}, 401],
    ['another grant', { client_secret: 'secret', grant_type: 'password' }, 400],
    ['another scope', { client_secret: 'secret', scope: 'read' }, 400],
  ])('of Entra take an application with %s', async (_name, fields, status) => {
    const all = {
      client_id: 'app',
      grant_type: 'client_credentials',
      scope: 'https://cognitiveservices.azure.com/.default',
    };
    const answer = await form('/tenant/oauth2/v2.0/token', { ...all, ...fields });
    expect(answer.status).toBe(status);
    if (status === 200) expect(await answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    else expect(await answer.text()).toContain('AADSTS');
  });

  it('fail when scripted to', async () => {
    mock.script([{ match: { path: '/token' }, plan: { fault: 503, times: 1 } }]);
    expect((await grant(assertion())).status).toBe(503);
    expect((await grant(assertion())).status).toBe(200);
    mock.script([]);
  });
});

describe('Gemini at Vertex', () => {
  it('answers whole and as a stream, counts, and wants a token', async () => {
    const at = `${PLACE}/publishers/google/models/gemini-2.5-flash`;
    expect(
      await (await post(`${at}:generateContent`, { contents, labels: { a: 'b' } }, bearer)).text(),
    ).toContain('hello');
    const stream = await post(`${at}:streamGenerateContent?alt=sse`, { contents }, bearer);
    expect(await stream.text()).toContain('finishReason');
    const counted = await post(
      `${at}:countTokens`,
      { contents, systemInstruction: { parts: [{ text: 'x' }] } },
      bearer,
    );
    expect(await counted.json()).toHaveProperty('totalTokens');
    const stranger = await post(`${at}:generateContent`, { contents }, { 'x-goog-api-key': 'k' });
    expect([stranger.status, await stranger.text()]).toEqual([
      401,
      expect.stringContaining('UNAUTHENTICATED'),
    ]);
  });

  it('does not read what the other door signed', async () => {
    const model = 'gemini-3-pro-preview';
    const ask = (path: string, body: unknown): Promise<Response> =>
      post(path, body, { ...bearer, 'x-goog-api-key': 'k' });
    const studio = `/v1beta/models/${model}:generateContent`;
    const vertex = `${PLACE}/publishers/google/models/${model}:generateContent`;
    const tools = [{ functionDeclarations: [{ name: 'f' }] }];
    const question = { role: 'user', parts: [{ text: '[[mock: tool=1]]' }] };
    const first = (await (await ask(studio, { contents: [question], tools })).json()) as {
      candidates: { content: object }[];
    };
    const history = [
      question,
      first.candidates[0]?.content,
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] },
    ];
    expect((await ask(studio, { contents: history, tools })).status).toBe(200);
    const moved = await ask(vertex, { contents: history, tools });
    expect([moved.status, await moved.text()]).toEqual([
      400,
      expect.stringContaining('Corrupted thought signature'),
    ]);
  });

  it('predicts embeddings and images', async () => {
    const embed = await post(
      `${PLACE}/publishers/google/models/text-embedding-005:predict`,
      { instances: [{ content: 'a' }, { content: 'b' }], parameters: { outputDimensionality: 4 } },
      bearer,
    );
    expect(await embed.json()).toMatchObject({
      predictions: ['a', 'b'].map((text) => ({
        embeddings: { values: vectorOf(text, 768, 4, false), statistics: { token_count: 1 } },
      })),
    });
    const batch = await post(
      `${PLACE}/publishers/google/models/gemini-embedding-001:predict`,
      { instances: [{ content: 'a' }, { content: 'b' }] },
      bearer,
    );
    expect(batch.status).toBe(400);
    const image = await post(
      `${PLACE}/publishers/google/models/imagen-4:predict`,
      { instances: [{ prompt: 'cat' }], parameters: { sampleCount: 2 } },
      bearer,
    );
    expect(await image.json()).toEqual({
      predictions: [0, 1].map((i) => ({ mimeType: 'image/png', bytesBase64Encoded: imageOf('cat', i) })),
    });
    expect(mock.journal.last()).toMatchObject({ operation: 'image-generations', model: 'imagen-4' });
  });

  it('chats in the shape of OpenAI', async () => {
    const body = {
      model: 'google/gemini-2.5-flash',
      messages: [{ role: 'user', content: '[[mock: text=hello]]' }],
    };
    expect(await (await post(`${PLACE}/endpoints/openapi/chat/completions`, body, bearer)).text()).toContain(
      'hello',
    );
  });
});

describe('Claude at Vertex', () => {
  const at = `${PLACE}/publishers/anthropic/models/claude-sonnet-4-5@20250929`;
  const base = {
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 100,
    messages: [{ role: 'user', content: '[[mock: text=hello]]' }],
  };

  it('answers whole and as a stream, and counts', async () => {
    expect(await (await post(`${at}:rawPredict`, base, bearer)).text()).toContain('"text":"hello"');
    expect(mock.journal.last()).toMatchObject({ model: 'claude-sonnet-4-5@20250929', dialect: 'messages' });
    const stream = await post(
      `${at}:streamRawPredict`,
      { ...base, stream: true },
      { ...bearer, 'anthropic-beta': 'interleaved-thinking-2025-05-14' },
    );
    expect(await stream.text()).toContain('event: message_stop');
    const { max_tokens: _, ...counted } = { ...base, model: 'claude-sonnet-4-5@20250929' };
    const count = await post(`${PLACE}/publishers/anthropic/models/count-tokens:rawPredict`, counted, bearer);
    expect(await count.json()).toEqual({ input_tokens: 6 });
  });

  it.each<[string, object, Record<string, string>, string]>([
    ['a model in the body', { ...base, model: 'x' }, {}, 'model: Extra inputs'],
    ['no version', { ...base, anthropic_version: undefined }, {}, 'anthropic_version: Field required'],
    ['the version of the vendor', { ...base, anthropic_version: '2023-06-01' }, {}, 'vertex-2023-10-16'],
    ['an unknown beta', base, { 'anthropic-beta': 'advanced-tool-use-2025-11-20' }, 'Unexpected value(s)'],
    ['an unknown beta in the body', { ...base, anthropic_beta: ['x'] }, {}, 'Unexpected value(s)'],
    ['whatever Messages refuses', { ...base, messages: [] }, {}, 'at least one message'],
  ])('refuses %s', async (_name, body, headers, words) => {
    const answer = await post(`${at}:rawPredict`, body, { ...bearer, ...headers });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(words)]);
  });
});
