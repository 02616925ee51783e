import type { IncomingHttpHeaders } from 'node:http';
import {
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from '../gateway/open-data-plane';
import { ANSWERS, askGateway, CHAT } from './ask-gateway';
import { openTokenEndpoint, type TokenEndpoint } from './token-endpoint';

const CLIENT_SECRET = 'client-secret-that-nobody-sees';

let upstream: RawUpstream;
let tokens: TokenEndpoint;
let plane: DataPlaneFixture;
let seen: { path: string; headers: IncomingHttpHeaders; body: string }[];
let issued: number;
/** Tokens that the provider no longer takes. */
let revoked: Set<string>;

const configOf = (credential: object, more: object = {}): object => ({
  providers: {
    azure: {
      use: 'azure-openai',
      baseUrl: `${upstream.url}/openai/v1`,
      allowPrivateNetwork: true,
      deployments: { 'gpt-4o': 'prod 4o' },
      credentials: [{ name: 'app', ...credential }],
      ...more,
    },
  },
  models: {
    m: { targets: [{ provider: 'azure', model: 'gpt-4o' }] },
    r: { targets: [{ provider: 'azure', model: 'gpt-4o', dialect: 'openai-responses' }] },
  },
  passthrough: { enabled: true },
  unpriced: 'allow',
});

const application = (): object => ({
  tenantId: 't-1',
  clientId: 'c-1',
  clientSecret: CLIENT_SECRET,
  tokenUrl: `${tokens.url}/t-1/oauth2/v2.0/token`,
});

/** An answer as this vendor gives it: with its filter's findings, and an empty first chunk on streams. */
const filtered = {
  ...ANSWERS.chat,
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
};
const STREAM = [
  { choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
  { choices: [{ index: 0, delta: { role: 'assistant', content: 'hel' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'lo' }, content_filter_results: {}, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
];

beforeEach(async () => {
  seen = [];
  issued = 0;
  revoked = new Set();
  upstream = await openUpstream((request, response, bytes) => {
    const body = bytes.toString();
    seen.push({ path: request.url ?? '', headers: request.headers, body });
    if (revoked.has(request.headers.authorization ?? '')) {
      response.writeHead(401, { 'content-type': 'application/json' });
      return response.end(
        '{"error":{"code":"401","message":"Access token is missing, invalid or expired."}}',
      );
    }
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(filtered));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of STREAM)
      response.write(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'x', ...chunk })}\n\n`,
      );
    return response.end('data: [DONE]\n\n');
  });
  tokens = await openTokenEndpoint(() => ({
    body: { access_token: `eyJ.token-${++issued}`, expires_in: 3_599, token_type: 'Bearer' },
  }));
  plane = await openDataPlane(configOf(application()));
});

afterEach(async () => {
  await plane.close();
  await upstream.close();
  await tokens.close();
});

describe('an application of Entra', () => {
  it('gets a token for the vendor once, and sends it instead of a key', async () => {
    const answers = [
      await askGateway(plane, '/v1/chat/completions', CHAT),
      await askGateway(plane, '/v1/chat/completions', CHAT),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(seen.map(({ headers }) => [headers.authorization, headers['api-key']])).toEqual([
      ['Bearer eyJ.token-1', undefined],
      ['Bearer eyJ.token-1', undefined],
    ]);
    expect(tokens.asked).toHaveLength(1);
    expect(Object.fromEntries(tokens.asked[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'c-1',
      client_secret: CLIENT_SECRET,
      scope: 'https://cognitiveservices.azure.com/.default',
    });
  });

  it('a refused token is fetched anew, once, in the same call, and nobody is benched', async () => {
    await askGateway(plane, '/v1/chat/completions', CHAT);
    revoked.add('Bearer eyJ.token-1');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([answer.status, answer.headers.get('x-turnpike-attempts'), tokens.asked.length]).toEqual([
      200,
      '2',
      2,
    ]);
    const next = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect([next.status, next.headers.get('x-turnpike-attempts')]).toEqual([200, '1']);
  });

  it('a token that is refused as soon as it was given is not fetched again and again', async () => {
    for (let i = 1; i < 9; i++) revoked.add(`Bearer eyJ.token-${i}`);
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect(answer.status).toBe(502);
    expect(seen.length).toBeLessThanOrEqual(2);
    expect(answer.text).not.toMatch(/eyJ|client-secret/);
  });

  it('a wrong secret is the gateway’s trouble, and stays one', async () => {
    tokens.answer = () => ({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `AADSTS7000215: Invalid client secret ${CLIENT_SECRET}`,
      },
    });
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect(answer.status).toBe(502);
    expect(answer.text).toContain('provider_authentication_failed');
    expect(answer.text).not.toMatch(/client-secret|AADSTS/);
    expect([seen.length, plane.observer.defects]).toEqual([0, []]);
  });
});

describe('paths and versions', () => {
  const KEY = { apiKey: 'azure-key' };

  it.each([
    [undefined, 'm', '/openai/v1/chat/completions'],
    ['v1', 'm', '/openai/v1/chat/completions'],
    ['preview', 'm', '/openai/v1/chat/completions?api-version=preview'],
    ['2024-10-21', 'm', '/openai/deployments/prod%204o/chat/completions?api-version=2024-10-21'],
    ['2025-04-01-preview', 'r', '/openai/responses?api-version=2025-04-01-preview'],
    [undefined, 'r', '/openai/v1/responses'],
  ])('version %s of alias %s is at %s', async (apiVersion, model, path) => {
    plane.reload(configOf(KEY, apiVersion === undefined ? {} : { apiVersion }));
    await askGateway(plane, '/v1/chat/completions', { ...CHAT, model });
    expect(seen[0]?.path).toBe(path);
    expect([seen[0]?.headers['api-key'], seen[0]?.headers.authorization]).toEqual(['azure-key', undefined]);
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ model: 'prod 4o' });
    expect(tokens.asked).toEqual([]);
  });

  it('no asked name leaves the path of a deployment', async () => {
    plane.reload(configOf(KEY, { apiVersion: '2024-10-21' }));
    for (const name of ['../x', 'a/../../b', 'a?api-version=1', 'a#b', 'a/b', '%2e%2e'])
      await askGateway(plane, '/v1/chat/completions', { ...CHAT, model: `azure/${name}` });
    expect(seen.map(({ path }) => path)).toEqual([
      '/openai/deployments/a%3Fapi-version%3D1/chat/completions?api-version=2024-10-21',
      '/openai/deployments/a%23b/chat/completions?api-version=2024-10-21',
      '/openai/deployments/a%2Fb/chat/completions?api-version=2024-10-21',
    ]);
  });

  it('the price and the trace go by the model, the wire by the deployment', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', CHAT);
    expect(answer.headers.get('x-turnpike-model')).toBe('gpt-4o');
    expect(Number(answer.headers.get('x-turnpike-cost-usd'))).toBeGreaterThan(0);
  });

  it.each([
    ['/v1/chat/completions', { ...CHAT, stream: true }, 'hel'],
    [
      '/v1/messages',
      { model: 'm', max_tokens: 9, stream: true, messages: CHAT.messages },
      '"type":"text_delta","text":"hel"',
    ],
  ])('findings of the filter and the empty first chunk disturb nobody: %s', async (path, body, expected) => {
    const answer = await askGateway(plane, path, body);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(expected);
  });
});
