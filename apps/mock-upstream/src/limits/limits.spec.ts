import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { LimitPoolOptions, MockUpstream } from '../mock-upstream';
import { createMockUpstream } from '../mock-upstream';

let mock: MockUpstream;

beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
});
afterEach(() => mock.limit([]));
afterAll(() => mock.close());

const limit = (pool: Partial<LimitPoolOptions>): void =>
  mock.limit([{ name: 'p', credentials: '*', headers: 'openai', ...pool }]);

const openai = (apiKey = 'k'): OpenAI => new OpenAI({ apiKey, baseURL: `${mock.url}/v1`, maxRetries: 0 });
const messages = (content: string): [{ role: 'user'; content: string }] => [{ role: 'user', content }];
const ask = (content: string, apiKey?: string) =>
  openai(apiKey)
    .chat.completions.create({ model: 'm', messages: messages(content) })
    .withResponse();

/** What a call failed with. */
const failureOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call was answered');
};

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${mock.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify(body),
  });

describe('limits against official SDKs', () => {
  it('give the OpenAI SDK its typed error, with the wait in headers and words', async () => {
    limit({ rpm: 2 });
    await ask('one');
    const { response } = await ask('two');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const error = await failureOf(ask('three'));
    if (!(error instanceof OpenAI.RateLimitError)) throw error;
    expect([error.status, error.type, error.code]).toEqual([429, 'requests', 'rate_limit_exceeded']);
    expect(error.message).toMatch(
      /Rate limit reached for m in .* \(RPM\): Limit 2, Used 2, Requested 1\. Please try again in \d+(?:\.\d+)?s\./,
    );
    const headers = error.headers;
    expect(headers.get('retry-after')).toMatch(/^(?:30|2\d)$/);
    expect(Number(headers.get('retry-after-ms'))).toBeGreaterThan(20_000);
    expect(headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:1m0s|5\d(?:\.\d+)?s)$/);
  });

  it('give the Anthropic SDK its typed error', async () => {
    limit({ headers: 'anthropic', tpm: 5_000 });
    const client = new Anthropic({ apiKey: 'k', baseURL: mock.url, maxRetries: 0 });
    const say = (content: string) =>
      client.messages.create({ model: 'm', max_tokens: 9, messages: messages(content) }).withResponse();
    const { response } = await say('[[mock: in=4600 tokens=9]]');
    expect(response.headers.get('anthropic-ratelimit-tokens-limit')).toBe('5000');
    expect(response.headers.get('anthropic-ratelimit-tokens-remaining')).toBe('0');
    const error = await failureOf(say('[[mock: in=2000]]'));
    if (!(error instanceof Anthropic.RateLimitError)) throw error;
    expect(error.error).toMatchObject({ error: { type: 'rate_limit_error' } });
    expect(error.message).toContain('rate limit of 5,000 tokens per minute');
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(15);
  });

  it('give the Google SDK the quota that is spent, and no headers', async () => {
    limit({ headers: 'gemini', rpm: 1 });
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: mock.url, fetch } });
    const say = () => client.models.generateContent({ model: 'gemini-x', contents: 'hi' });
    await say();
    const error = await failureOf(say());
    if (!(error instanceof ApiError)) throw error;
    expect(error.status).toBe(429);
    const { error: told } = JSON.parse(error.message) as {
      error: { status: string; details: { violations?: object[]; retryDelay?: string }[] };
    };
    expect(told.status).toBe('RESOURCE_EXHAUSTED');
    expect(told.details[0]?.violations).toEqual([
      {
        quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
        quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
        quotaDimensions: { location: 'global', model: 'gemini-x' },
        quotaValue: '1',
      },
    ]);
    expect(told.details.at(-1)?.retryDelay).toMatch(/^(?:60|5\d(?:\.\d+)?)s$/);
    const bare = await post('/v1beta/models/gemini-x:generateContent', { contents: [] });
    expect([...bare.headers.keys()].filter((name) => /retry|ratelimit/.test(name))).toEqual([]);
  });
});

describe('limits on every wire', () => {
  const chat = { model: 'm', messages: messages('hi') };
  it.each<[string, string, unknown, unknown]>([
    ['chat', '/v1/chat/completions', chat, { error: { code: 'rate_limit_exceeded' } }],
    ['Responses', '/v1/responses', { model: 'm', input: 'hi' }, { error: { code: 'rate_limit_exceeded' } }],
    ['embeddings', '/v1/embeddings', { model: 'm', input: 'hi' }, { error: { type: 'requests' } }],
    ['Messages', '/v1/messages', { ...chat, max_tokens: 9 }, { error: { type: 'rate_limit_error' } }],
    [
      'Gemini',
      '/v1beta/models/m:generateContent',
      { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
      { error: { status: 'RESOURCE_EXHAUSTED' } },
    ],
    [
      'Bedrock',
      '/model/m/converse',
      { messages: [{ role: 'user', content: [{ text: 'hi' }] }] },
      { message: expect.stringContaining('Rate limit') as string },
    ],
    ['Cohere', '/v2/chat', chat, { message: expect.stringContaining('Rate limit') as string }],
    ['Ollama', '/api/chat', chat, { error: expect.stringContaining('Rate limit') as string }],
  ])('refuse in the shape of %s', async (_name, path, body, expected) => {
    limit({ rpm: 1 });
    expect((await post(path, body)).status).toBe(200);
    const refused = await post(path, body);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject(expected as object);
    expect(refused.headers.get('retry-after')).toMatch(/^(?:60|5\d)$/);
  });

  it.each<[LimitPoolOptions['headers'], number, RegExp]>([
    ['openai', 429, /^Request too large for m in .*: Limit 50, Requested 1000\./],
    ['groq', 413, /^Request too large for model `m` in .*: Limit 50, Requested 1000,/],
  ])('say like %s that a request will never fit', async (headers, status, sentence) => {
    limit({ headers, tpm: 50 });
    const refused = await post('/v1/chat/completions', {
      model: 'm',
      messages: messages('[[mock: in=1000]]'),
    });
    expect(refused.status).toBe(status);
    const { error } = (await refused.json()) as { error: { message: string; type: string } };
    expect(error.message).toMatch(sentence);
    expect(error.type).toBe('tokens');
    expect(refused.headers.get('retry-after')).toBeNull();
  });

  it('tell nothing where the provider tells nothing', async () => {
    limit({ headers: 'none', rpm: 1 });
    const answered = await post('/v1/chat/completions', chat);
    const refused = await post('/v1/chat/completions', chat);
    expect([answered.status, refused.status]).toEqual([200, 429]);
    for (const { headers } of [answered, refused])
      expect([...headers.keys()].filter((name) => /retry|ratelimit/.test(name))).toEqual([]);
  });

  it('leave out what vendors do not count', async () => {
    limit({ rpm: 1 });
    const count = (): Promise<Response> => post('/v1/messages/count_tokens', chat);
    expect([(await count()).status, (await count()).status]).toEqual([200, 200]);
    const list = await fetch(`${mock.url}/v1/models`);
    expect([list.status, mock.pools()[0]?.admitted]).toEqual([200, 0]);
  });
});

describe('what limits count', () => {
  const settled = async (): Promise<void> => {
    while ((mock.pools()[0]?.inFlight ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  it('is the usage in the end, whatever was estimated, of whole answers and of streams', async () => {
    limit({ tpm: 10_000 });
    await ask('[[mock: id=whole in=100 cached=40 tokens=900]]');
    const stream = await openai().chat.completions.create({
      model: 'm',
      messages: messages('[[mock: id=streamed in=70 tokens=30]]'),
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    await settled();
    const admissions = ['whole', 'streamed'].map((id) => mock.journal.of(id)[0]?.admission);
    expect(admissions).toMatchObject([
      { pool: 'p', admitted: true, estimatedTokens: 100, usedTokens: 1_040, inFlight: 1 },
      { admitted: true, estimatedTokens: 70, usedTokens: 100 },
    ]);
    const left = mock.pools()[0]?.remainder('tpm', admissions[0]?.atMs ?? 0)?.remaining ?? 0;
    // Less what flowed in since the first of them.
    expect(10_000 - left).toBeGreaterThan(1_100);
    expect(10_000 - left).toBeLessThanOrEqual(1_140);
  });

  it('is nothing for refusals of the request itself, and the estimate without usage', async () => {
    limit({ tpm: 1_000 });
    await post('/v1/chat/completions', { model: 'm', messages: messages('[[mock: fault=500 in=600]]') });
    await ask('[[mock: noUsage=1 in=900]]');
    await settled();
    expect(mock.journal.entries.slice(-2).map(({ admission }) => admission?.usedTokens)).toEqual([0, 900]);
  });

  it('is noted with its time, refused or not', async () => {
    limit({ rpm: 1 });
    const startedAt = Date.now();
    await Promise.allSettled([ask('a'), ask('b'), ask('c')]);
    const noted = mock.journal.entries.slice(-3).map(({ admission }) => admission);
    expect(noted.filter((each) => each?.admitted)).toHaveLength(1);
    expect(noted.filter((each) => each?.refusedBy === 'rpm')).toHaveLength(2);
    for (const each of noted) expect(each?.atMs).toBeGreaterThanOrEqual(startedAt);
  });

  it('is requests under way until their answers are out', async () => {
    limit({ headers: 'anthropic', concurrency: 2 });
    const slow = (): Promise<Response> =>
      post('/v1/messages', { model: 'm', max_tokens: 9, messages: messages('[[mock: firstByteMs=80]]') });
    const answers = await Promise.all([slow(), slow(), slow()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(await refused?.text()).toContain('concurrent connections');
    expect(refused?.headers.get('retry-after')).toBeNull();
    await settled();
    expect((await slow()).status).toBe(200);
  });

  it('can be set and looked at from outside', async () => {
    const set = await post('/__mock/limits', [{ credentials: ['k'], headers: 'groq', rpm: 1 }]);
    expect(await set.json()).toEqual({ limits: 1 });
    await ask('a');
    await failureOf(ask('b'));
    await ask('c', 'other');
    await settled();
    const shown = await fetch(`${mock.url}/__mock/limits`);
    expect(await shown.json()).toEqual({ pools: [{ name: 'pool-0', admitted: 1, refused: 1, inFlight: 0 }] });
    expect((await post('/__mock/limits', [{ rpm: 1 }])).status).toBe(400);
    await fetch(`${mock.url}/__mock/limits`, { method: 'DELETE' });
    expect(mock.pools()).toEqual([]);
  });
});
