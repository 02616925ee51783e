import { gatewayConfig, providerEntry } from '../stage/gateway-config';
import { ask } from '../stage/ask';
import type { TurnpikeError } from '../stage/clients';
import { someText } from '../stage/matchers';
import type { Stage } from '../stage/stage';
import { mockOf, openStage } from '../stage/stage';

type Front = 'chat' | 'messages';
const DIALECTS: readonly Front[] = ['chat', 'messages'];
const PATHS = { chat: '/v1/chat/completions', messages: '/v1/messages' } as const;
const user = { role: 'user', content: 'hi' };
const base = { model: 'm', max_tokens: 100, messages: [user] };

type Body = string | Uint8Array<ArrayBuffer>;

interface Refused {
  readonly status: number;
  readonly body: {
    readonly type?: string;
    readonly request_id?: string;
    readonly error: {
      readonly type: string;
      readonly message: string;
      readonly code?: string | null;
      readonly param?: string | null;
      readonly turnpike: TurnpikeError;
    };
  };
  readonly headers: Headers;
}

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    mocks: { p: { paceMs: 0 } },
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          DIALECTS.map((dialect) => [dialect, providerEntry(mockOf({ mocks }, 'p'), dialect)]),
        ),
        routes: { 'm-chat': ['chat/x'], 'm-messages': ['messages/x'] },
      }),
  });
}, 90_000);
afterEach(async () => {
  expect(stage?.gateway().isRunning()).toBe(true);
});
afterAll(() => stage?.close(), 30_000);

async function post(dialect: Front, body: Body, headers: Record<string, string> = {}): Promise<Refused> {
  const answer = await fetch(stage.url + PATHS[dialect], {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stage.key}`,
      ...(dialect === 'messages' ? { 'anthropic-version': '2023-06-01' } : {}),
      ...headers,
    },
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Refused['body'] };
}

function expectShape(dialect: Front, refused: Refused, layer: string): void {
  expect(refused.body.error).toMatchObject({
    message: someText,
    type: someText,
    turnpike: { layer, attempts: [] },
  });
  expect(refused.body.error.turnpike.request_id).toBe(refused.headers.get('x-request-id'));
  expect(refused.headers.get('x-turnpike-attempts')).toBe('0');
  if (dialect === 'messages') expect(refused.body).toMatchObject({ type: 'error', request_id: someText });
  else
    expect(refused.body.error).toMatchObject({
      code: refused.body.error.code,
      param: refused.body.error.param,
    });
}

const json = (value: unknown): string => JSON.stringify(value);
const MALFORMED: readonly (readonly [string, Body])[] = [
  ['nothing', ''],
  ['a cut object', '{"model":"m","messages":[{"role":"user"'],
  ['a trailing comma', '{"model":"m",}'],
  ['two values', '{}{}'],
  ['a bare word', 'hello'],
  ['single quotes', "{'model':'m'}"],
  ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a control character in a string', '{"model":"m\u0001","messages":[]}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '7'],
  ['depth 10,000', `{"model":"m","messages":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ['depth 10,000, never closed', `{"model":"m","messages":${'[{"a":'.repeat(10_000)}`],
  [
    'model twice',
    '{"model":"m-chat","model":"m-messages","messages":[{"role":"user","content":"x"}],"max_tokens":9}',
  ],
];
const WRONG: readonly (readonly [string, unknown])[] = [
  ['no model', { messages: [user] }],
  ['model null', { ...base, model: null }],
  ['model a number', { ...base, model: 5 }],
  ['model empty', { ...base, model: '' }],
  ['no messages', { model: 'M', max_tokens: 9 }],
  ['messages a text', { ...base, messages: 'hi' }],
  ['messages empty', { ...base, messages: [] }],
  ['messages of numbers', { ...base, messages: [1] }],
  ['a role that is none', { ...base, messages: [{ role: 'robot', content: 'x' }] }],
  ['content a number', { ...base, messages: [{ role: 'user', content: 7 }] }],
  ['a part of an unknown type', { ...base, messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }],
];

describe.each(DIALECTS)('%s', (dialect) => {
  const model = `m-${dialect}`;
  const other = `m-${dialect === 'chat' ? 'messages' : 'chat'}`;

  it.each(MALFORMED)('400 for %s', async (_name, body) => {
    const refused = await post(dialect, body);
    expect(refused.status).toBe(400);
    expectShape(dialect, refused, 'client');
  });

  it.each(WRONG)('400 for %s, whichever lane it would take', async (_name, body) => {
    for (const target of [model, other]) {
      const wrong = body as Record<string, unknown>;
      const refused = await post(
        dialect,
        json(
          'model' in wrong && typeof wrong['model'] === 'string' && wrong['model']
            ? { ...wrong, model: target }
            : wrong,
        ),
      );
      expect(refused.status).toBe(400);
      expect(refused.body.error.turnpike.layer).toMatch(/^(client|provider)$/);
    }
  });

  it('404 for an unknown model', async () => {
    const refused = await post(dialect, json({ ...base, model: 'no-such-model' }));
    expect(refused.status).toBe(404);
    expect(refused.body.error.turnpike).toMatchObject({ layer: 'routing', reason: 'model_unknown' });
    expectShape(dialect, refused, 'routing');
  });

  it('413 for 40 MB, in the shape of the dialect', async () => {
    const refused = await post(
      dialect,
      json({ ...base, model, messages: [{ role: 'user', content: 'x'.repeat(40 * 1024 * 1024) }] }),
    );
    expect(refused.status).toBe(413);
    expectShape(dialect, refused, 'client');
  }, 20_000);

  it('20 MB pass', async () => {
    const body = json({
      ...base,
      model,
      messages: [{ role: 'user', content: `[[mock: text=fine]]${' x'.repeat(10 * 1024 * 1024)}` }],
    });
    const answer = await post(dialect, body);
    expect(answer.status).toBe(200);
  }, 20_000);

  it('415 for an encoding that it does not read', async () => {
    const refused = await post(dialect, json({ ...base, model }), { 'content-encoding': 'x-unknown' });
    expect(refused.status).toBe(415);
    expectShape(dialect, refused, 'client');
  });

  it('401 for keys that are missing, malformed or unknown, and does not say which exists', async () => {
    const wrong = [
      '',
      'Bearer ',
      'Bearer nonsense',
      'Bearer tpk_short',
      `Bearer tpk_${'a'.repeat(38)}`,
      `Bearer ${stage.key.slice(0, -1)}${stage.key.endsWith('0') ? '1' : '0'}`,
    ];
    for (const authorization of wrong) {
      const refused = await post(dialect, json({ ...base, model }), { authorization });
      expect([authorization, refused.status]).toEqual([authorization, 401]);
      expectShape(dialect, refused, 'auth');
    }
  });

  it('403 for a key of another kind', async () => {
    const refused = await post(dialect, json({ ...base, model }), {
      authorization: `Bearer ${stage.adminKey}`,
    });
    expect(refused.status).toBe(403);
    expectShape(dialect, refused, 'auth');
    expect(refused.body.error.turnpike.reason).toBe('wrong_key_kind');
  });

  it('answers a plain call after all that', async () => {
    for (const target of [model, other])
      expect((await ask(stage, { dialect, model: target, prompt: 'hi' })).status).toBe(200);
  });
});

describe('a revoked key', () => {
  const control = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${stage.admin}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${stage.adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: json(body) }),
    });
    expect(answer.ok).toBe(true);
    return (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  };

  it('is refused at its next request', async () => {
    await control('POST', 'people', { email: 'dev@example.com' });
    const { id, key } = await control('POST', 'keys', { owner: 'dev@example.com' });
    const authorization = `Bearer ${String(key)}`;
    const body = json({ ...base, model: 'm-chat' });
    expect((await post('chat', body, { authorization })).status).toBe(200);
    await control('POST', `keys/${String(id)}/revoke`);
    const refused = await post('chat', body, { authorization });
    expect([refused.status, refused.body.error.turnpike.reason]).toEqual([401, 'revoked_key']);
  });
});

describe('paths and methods', () => {
  it('404 names the base URL', async () => {
    const answer = await fetch(`${stage.url}/openai/v2/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}` },
      body: '{}',
    });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('/v1');
  });

  it('405 for another method', async () => {
    const answer = await fetch(`${stage.url}/v1/chat/completions`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${stage.key}` },
      body: '{}',
    });
    expect(answer.status).toBe(405);
  });
});
