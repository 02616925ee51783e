import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '@turnpike/testing';
import {
  answerWell,
  chat,
  configOf,
  openProvider,
  openStage,
  providerAt,
  type Provider,
  type Stage,
} from './stage';

jest.setTimeout(60_000);

const SECRET = 'Zq7pWm4x-Lr9sTf2uKd8vNb3c';
const OTHER = 'sk-ant-api03-QwErTyUiOp1234567890';
const PROMPT = 'PROMPTMARKER-zebra-umbrella';

let stage: Stage;
let one: Provider;
let two: Provider;
/** The same key under many names: a refusal rests the name that it met, not the next case's. */
const under = (provider: object, apiKey: string): object => ({
  ...provider,
  credentials: Array.from({ length: 600 }, (_, n) => ({ name: `c${n}`, apiKey })),
});

beforeEach(async () => {
  [one, two] = await Promise.all([openProvider(), openProvider()]);
  stage = await openStage({
    ...configOf(
      {
        one: under(providerAt('openai-compatible', one, SECRET), SECRET),
        two: under(providerAt('anthropic-compatible', two, OTHER), OTHER),
      },
      { chat: ['one/m1'], messages: ['two/m2'] },
    ),
    resilience: { maxAttempts: 1, maxQueueWaitMs: 0 },
  });
});
afterEach(async () => {
  await stage.close();
  await Promise.all([one.close(), two.close()]);
});

let fresh = 0;
/** A model of its own for each case: what one case cools down must not answer for the next. */
const model = (provider: 'one' | 'two'): string => `${provider}/case-${fresh++}`;

const half = SECRET.slice(0, 13);
const rest = SECRET.slice(13);
const escaped = [...SECRET].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const quote = (text: string): string => JSON.stringify(text).slice(1, -1);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const SAID: readonly (readonly [string, string])[] = [
  ['as it is', SECRET],
  ['escaped', escaped],
  ['in base64', base64(SECRET)],
  ['in base64 behind a user', base64(`user:${SECRET}`)],
  ['in base64url', Buffer.from(SECRET).toString('base64url')],
  ['in hex', Buffer.from(SECRET).toString('hex')],
  ['percent-encoded', encodeURIComponent(SECRET)],
  ['its beginning', `${SECRET.slice(0, 10)}...`],
  ['its beginning and end, masked', `${SECRET.slice(0, 9)}****${SECRET.slice(-9)}`],
  ['in upper case', SECRET.toUpperCase()],
  ['as a header', `authorization: Bearer ${SECRET}`],
  ['in a URL', `https://u:${SECRET}@api.example.com/v1?key=${SECRET}`],
  ['in JSON in a string', quote(JSON.stringify({ error: { message: `key ${SECRET}` } }))],
  ["another account's", `sk-proj-${'Ab1'.repeat(12)} AIza${'Ab1'.repeat(12)} org-AbCdEf123456789012345678`],
];

const BODIES: readonly (readonly [string, (said: string) => string])[] = [
  ['message', (said) => `{"error":{"message":"bad ${said} key","type":"x","code":"y"}}`],
  [
    'type, code and param',
    (said) => `{"error":{"message":"bad","type":"${said}","code":"${said}","param":"${said}"}}`,
  ],
  [
    'details',
    (said) => `{"error":{"message":"bad","details":{"error_code":"${said}","unsupported":["${said}"]}}}`,
  ],
  ['a sentence', (said) => `bad ${said} key`],
  ['a list', (said) => `[{"error":{"message":"${said}","status":"X","code":400}}]`],
  ['detail', (said) => `{"detail":"${said}"}`],
  ['raw', (said) => `{"error":{"message":"Provider returned error","metadata":{"raw":"${said}"}}}`],
  ['html', (said) => `<html><title>${said}</title><body>${said}</body></html>`],
  ['a cut body', (said) => `{"error":{"message":"bad ${said}`],
];

function expectSafe(what: string, text: string): void {
  const known = [
    half.slice(0, 9),
    rest.slice(-9),
    base64(SECRET).slice(2, 14),
    Buffer.from(SECRET).toString('hex').slice(0, 16),
  ];
  for (const part of [
    ...known,
    escaped.slice(0, 30),
    'Ab1Ab1Ab1',
    'org-AbC',
    'tenant-cookie',
    'org-header-1',
  ])
    expect([what, text.toLowerCase().includes(part.toLowerCase())]).toEqual([what, false]);
}

it('lets no spelling of a credential down in the body of a refusal', async () => {
  for (const status of [400, 401, 500]) {
    for (const [how, said] of SAID) {
      for (const [where, body] of BODIES) {
        one.answer = (_, response) =>
          void response.writeHead(status, { 'content-type': 'application/json' }).end(body(said));
        const path = fresh % 2 === 0 ? '/v1/chat/completions' : '/v1/messages';
        const answer = await stage.ask({ path, body: chat({ model: model('one'), max_tokens: 5 }) });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expectSafe(`${status} ${how} in ${where}`, answer.text + JSON.stringify([...answer.headers]));
      }
    }
  }
  expect(one.heard).toHaveLength(3 * SAID.length * BODIES.length);
});

const text = (said: string): string =>
  `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${said}"},"finish_reason":null}]}\n\n`;

const STREAMS: readonly (readonly [string, (said: string) => string])[] = [
  ['an error event', (said) => `data: {"error":{"message":"${said}","code":500}}\n\n`],
  ['a named error event', (said) => `event: error\ndata: {"message":"${said}"}\n\n`],
  ['a named event without a space', (said) => `event:error\ndata:{"message":"${said}"}\n\n`],
  ['a named event with CRLF', (said) => `: x\r\nevent: error\r\ndata: {"message":"${said}"}\r\n\r\n`],
  ['an error that is no JSON', (said) => `event: error\ndata: the key ${said} is bad\n\n`],
  ['an error that is broken JSON', (said) => `data: {"error":{"message":"${said}"\n\n`],
  [
    'two error events',
    (said) =>
      `data: {"error":{"message":"${said.slice(0, 13)}"}}\n\ndata: {"error":{"message":"${said.slice(13)}"}}\n\n`,
  ],
  ['an error over several lines', (said) => `data: {"error":\ndata: {"message":"${said}"}}\n\n`],
  ['an error without its blank line', (said) => `data: {"error":{"message":"${said}"}}`],
  [
    'a choice',
    (said) =>
      `data: {"choices":[{"index":0,"delta":{},"finish_reason":"error","error":{"message":"${said}"}}]}\n\n`,
  ],
];

it('lets none down in a stream, before content and after it', async () => {
  for (const [how, said] of SAID) {
    for (const [where, events] of STREAMS) {
      for (const begun of ['', text('hello')]) {
        for (const path of ['/v1/chat/completions', '/v1/messages']) {
          one.answer = (_, response) =>
            void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(begun + events(said));
          const answer = await stage.ask({
            path,
            body: chat({ model: model('one'), max_tokens: 5, stream: true }),
          });
          expectSafe(`${how} in ${where} ${begun === '' ? 'first' : 'later'} ${path}`, answer.text);
        }
      }
    }
  }
  expect(one.heard).toHaveLength(4 * SAID.length * STREAMS.length);
});

it('lets none down in a Messages stream', async () => {
  const start = `event: message_start\ndata: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}\n\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\nevent: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}\n\n`;
  const ends = [
    (said: string) => `event: error\ndata: {"type":"error","error":{"type":"x","message":"${said}"}}\n\n`,
    (said: string) => `event: error\ndata: key ${said}\n\n`,
    (said: string) => `event:error\r\ndata:{"type":"error","error":{"type":"${said}","message":"x"}}\r\n\r\n`,
    (said: string) => `data: {"error":{"message":"${said}"}}\n\n`,
  ];
  const spelled = OTHER;
  for (const end of ends) {
    for (const begun of ['', start]) {
      two.answer = (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(begun + end(spelled));
      for (const path of ['/v1/chat/completions', '/v1/messages']) {
        const answer = await stage.ask({
          path,
          body: chat({ model: model('two'), max_tokens: 5, stream: true }),
        });
        expect([end('X'), path, answer.text.includes(spelled.slice(14, 24))]).toEqual([
          end('X'),
          path,
          false,
        ]);
      }
    }
  }
  expect(two.heard).toHaveLength(4 * ends.length);
});

it("keeps a provider's own headers to itself", async () => {
  const headers = {
    'set-cookie': 'tenant-cookie=1',
    'openai-organization': 'org-header-1',
    'anthropic-organization-id': 'org-header-1',
    'x-ratelimit-remaining-requests': '1',
    'x-request-id': 'theirs',
    'cf-ray': '1',
    server: 'cloud',
    'access-control-allow-origin': '*',
    'x-turnpike-provider': 'forged',
    'content-encoding': 'identity',
    'retry-after': '7',
  };
  for (const stream of [true, false]) {
    one.answer = (received, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (stream)
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${text('hi')}data: [DONE]\n\n`);
      else answerWell(received, response);
    };
    const answer = await stage.ask({ body: chat({ stream }) });
    expect(answer.status).toBe(200);
    const ours =
      /^(content-type|content-length|x-request-id|x-turnpike-[a-z-]+|cache-control|x-accel-buffering|connection|keep-alive|date|transfer-encoding)$/;
    expect([...answer.headers.keys()].filter((name) => !ours.test(name))).toEqual([]);
    expect(answer.headers.get('x-request-id')).not.toBe('theirs');
    expect(answer.headers.get('x-turnpike-provider')).toBe('one');
  }
});

it('leaves no credential, key or prompt in anything that it writes', async () => {
  const key = stage.keys.developer;
  const body = (over: object): object =>
    chat({
      messages: [{ role: 'user', content: PROMPT }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            description: PROMPT,
            parameters: { type: 'object', properties: { x: { const: PROMPT } } },
          },
        },
      ],
      max_tokens: 5,
      ...over,
    });
  const echo: Provider['answer'] = ({ body: heard, rawHeaders }, response) =>
    void response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { message: `bad ${rawHeaders.join(' ')}`, body: heard } }));
  for (const answer of [answerWell, echo]) {
    one.answer = answer;
    two.answer = answer;
    for (const path of [
      '/v1/chat/completions',
      '/v1/messages',
      `/v1/${key}`,
      `/v1/chat/completions?key=${key}`,
    ]) {
      await stage.ask({ path, body: body({ model: model('one') }) });
      await stage.ask({ path, body: body({ model: model('two'), stream: true }) });
      await stage.ask({ path, body: body({ model: key }) });
      await stage.ask({ path, body: body({ model: `one/${key}` }) });
      await stage.ask({ path, body: `{"model":"chat","messages":[{"role":"user","content":"${PROMPT}"` });
      await stage.ask({ path, body: body({ messages: PROMPT }) });
      await stage.ask({ path, body: body({ tool_choice: PROMPT, response_format: PROMPT }) });
      const headers = {
        'x-request-id': key,
        'x-turnpike-tags': `a=${key}`,
        'x-turnpike-project': key,
        cookie: key,
        'user-agent': key,
      };
      const shown = await stage.ask({ path, headers, body: body({}) });
      expect(shown.text + JSON.stringify([...shown.headers])).not.toContain(key);
    }
  }
  await until(() => (stage.lines.length > 20 ? true : undefined), {
    limitMs: 2_000,
    everyMs: 20,
    what: 'access lines',
  });
  const metrics = await stage.registry.metrics();
  await stage.stop();
  const { rows: tables } = await stage.pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const dump: string[] = [];
  for (const { name } of tables) {
    const { rows } = await stage.pool.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`);
    dump.push(...rows.map(({ row }) => row));
  }
  expect(dump.length).toBeGreaterThan(20);
  const files = readdirSync(stage.dataDir).map((file) =>
    readFileSync(path.join(stage.dataDir, file), 'utf8'),
  );
  const places = {
    lines: stage.lines.join('\n'),
    metrics,
    database: dump.join('\n'),
    files: files.join('\n'),
  };
  for (const [place, written] of Object.entries(places))
    for (const secret of [SECRET, OTHER, ...Object.values(stage.keys), PROMPT, 'integration-pepper'])
      expect([place, secret.slice(0, 8), written.includes(secret)]).toEqual([
        place,
        secret.slice(0, 8),
        false,
      ]);
});
