import type { IncomingHttpHeaders } from 'node:http';
import { openDataPlane, openUpstream, type DataPlaneFixture, type RawUpstream } from './open-data-plane';
import { askGateway, type Answered } from '../provider-auth/ask-gateway';

/** What each vendor's counter answers. */
const COUNTS: readonly (readonly [RegExp, object])[] = [
  [/\/messages\/count_tokens$/, { input_tokens: 101 }],
  [/count-tokens:rawPredict$/, { input_tokens: 102 }],
  [/\/responses\/input_tokens$/, { object: 'response.input_tokens', input_tokens: 103 }],
  [/^\/v1beta\/.*:countTokens$/, { totalTokens: 104, promptTokensDetails: [] }],
  [/^\/v1\/projects\/.*:countTokens$/, { totalTokens: 105 }],
  [/\/count-tokens$/, { inputTokens: 106 }],
];

let upstream: RawUpstream;
let plane: DataPlaneFixture;
let seen: { path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[];
let status: number;

const provider = (use: string, more: object = {}): object => ({
  use,
  baseUrl: upstream.url,
  allowPrivateNetwork: true,
  credentials: [{ name: 'k', apiKey: 'key' }],
  ...more,
});

const ALIASES = {
  anthropic: ['anthropic', 'claude-opus-4-8'],
  openai: ['openai', 'gpt-5'],
  gemini: ['gemini', 'gemini-2.5-flash'],
  bedrock: ['bedrock', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
  plain: ['plain', 'x'],
  blind: ['blind', 'claude-opus-4-8'],
} as const;
type Alias = keyof typeof ALIASES;

beforeEach(async () => {
  seen = [];
  status = 200;
  upstream = await openUpstream((request, response, bytes) => {
    const path = request.url ?? '';
    seen.push({
      path,
      headers: request.headers,
      body: JSON.parse(bytes.toString()) as Record<string, unknown>,
    });
    const [, answer] = COUNTS.find(([pattern]) => pattern.test(path)) ?? [undefined, { error: 'no counter' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  plane = await openDataPlane({
    providers: {
      anthropic: provider('anthropic'),
      openai: provider('openai', { baseUrl: `${upstream.url}/v1` }),
      gemini: provider('gemini'),
      bedrock: provider('bedrock', { region: 'eu-west-1' }),
      plain: provider('openai-compatible', { baseUrl: `${upstream.url}/v1` }),
      blind: provider('anthropic', { models: { '*': { images: false } } }),
    },
    models: Object.fromEntries(
      Object.entries(ALIASES).map(([alias, [name, model]]) => [
        alias,
        { targets: [{ provider: name, model }] },
      ]),
    ),
    unpriced: 'allow',
  });
});

afterEach(async () => {
  await plane.close();
  await upstream.close();
});

const TOOL_SCHEMA = { type: 'object', properties: { a: { type: 'string' } } };
const WORDS = 'How many words are there in this sentence, and how many tokens?';

const CLIENTS = {
  messages: (alias: string) =>
    askGateway(plane, '/v1/messages/count_tokens?beta=true', {
      model: alias,
      system: 'Be brief.',
      messages: [{ role: 'user', content: WORDS }],
      tools: [{ name: 'f', description: 'd', input_schema: TOOL_SCHEMA }],
    }),
  responses: (alias: string) =>
    askGateway(plane, '/v1/responses/input_tokens', {
      model: alias,
      instructions: 'Be brief.',
      input: WORDS,
      tools: [{ type: 'function', name: 'f', description: 'd', parameters: TOOL_SCHEMA, strict: false }],
    }),
  gemini: (alias: string) =>
    askGateway(plane, `/v1beta/models/${alias}:countTokens`, {
      generateContentRequest: {
        model: `models/${alias}`,
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        contents: [{ role: 'user', parts: [{ text: WORDS }] }],
        tools: [
          { functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: TOOL_SCHEMA }] },
        ],
      },
    }),
} as const;
type Client = keyof typeof CLIENTS;

const countOf = ({ text }: Answered): unknown => {
  const { input_tokens, totalTokens } = JSON.parse(text) as Record<string, unknown>;
  return input_tokens ?? totalTokens;
};

const EXPECTED: readonly (readonly [Alias, number, string])[] = [
  ['anthropic', 101, '/v1/messages/count_tokens'],
  ['openai', 103, '/v1/responses/input_tokens'],
  ['gemini', 104, '/v1beta/models/gemini-2.5-flash:countTokens'],
  ['bedrock', 106, '/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/count-tokens'],
];
const PAIRS = (Object.keys(CLIENTS) as Client[]).flatMap((client) =>
  EXPECTED.map(([alias, count, path]) => [client, alias, count, path] as const),
);

describe('a count of tokens', () => {
  it.each(PAIRS)('of %s is asked of the counter of %s, whole', async (client, alias, count, path) => {
    const answer = await CLIENTS[client](alias);
    expect([answer.status, countOf(answer)]).toEqual([200, count]);
    expect(answer.headers.get('x-turnpike-estimated')).toBeNull();
    expect(seen.map((each) => each.path)).toEqual([path]);
    const asked = JSON.stringify(seen[0]?.body);
    for (const part of [WORDS, 'Be brief.', '"f"', '"properties"']) expect(asked).toContain(part);
    expect(asked).not.toMatch(/"stream"|"max_tokens"|"inferenceConfig"|"store"/);
    expect(plane.ledger.calls).toEqual([]);
  });

  it('has the shape that clients of its dialect expect', async () => {
    expect(JSON.parse((await CLIENTS.messages('plain')).text)).toEqual({
      input_tokens: expect.any(Number) as number,
    });
    expect(JSON.parse((await CLIENTS.responses('plain')).text)).toEqual({
      object: 'response.input_tokens',
      input_tokens: expect.any(Number) as number,
    });
    expect(JSON.parse((await CLIENTS.gemini('plain')).text)).toEqual({
      totalTokens: expect.any(Number) as number,
    });
  });

  it.each(Object.keys(CLIENTS) as Client[])(
    'of %s is estimated where there is no counter',
    async (client) => {
      const answer = await CLIENTS[client]('plain');
      expect([answer.status, answer.headers.get('x-turnpike-estimated'), seen]).toEqual([200, 'true', []]);
      expect(countOf(answer)).toBeGreaterThan(15);
    },
  );

  it.each([400, 401, 404, 429, 500, 501])(
    'is estimated when the counter answers %i, and nothing rests',
    async (code) => {
      status = code;
      for (let i = 0; i < 2; i++) {
        const answer = await CLIENTS.messages('gemini');
        expect([answer.status, answer.headers.get('x-turnpike-estimated')]).toEqual([200, 'true']);
      }
      status = 200;
      expect(countOf(await CLIENTS.messages('gemini'))).toBe(104);
      expect(plane.observer.defects).toEqual([]);
    },
  );

  it('goes on as it is in the same dialect, unknown members and betas included', async () => {
    const body = {
      model: 'anthropic',
      messages: [{ role: 'user', content: 'hi' }],
      tools: [],
      made_up: { b: 1, a: 12345678901234567890n.toString() },
    };
    await askGateway(plane, '/v1/messages/count_tokens', body, { 'anthropic-beta': 'x-2026-01-01' });
    expect(seen[0]?.body).toEqual({ ...body, model: 'claude-opus-4-8' });
    expect(seen[0]?.headers['anthropic-beta']).toBe('x-2026-01-01');
  });

  it('of what cannot be said to the target is estimated, not refused', async () => {
    const answer = await askGateway(plane, '/v1/messages/count_tokens', {
      model: 'blind',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          ],
        },
      ],
    });
    expect([answer.status, answer.headers.get('x-turnpike-estimated')]).toEqual([200, 'true']);
  });

  it.each([
    ['/v1/messages/count_tokens', { model: 'anthropic' }, 400],
    ['/v1/messages/count_tokens', { model: 'nobody', messages: [{ role: 'user', content: 'x' }] }, 404],
    ['/v1/responses/input_tokens', { model: 'openai' }, 400],
  ])('of what is wrong in itself says so: %s %j', async (path, body, expected) => {
    expect((await askGateway(plane, path, body)).status).toBe(expected);
  });
});
