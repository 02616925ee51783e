import { answerWell, openProvider, providerAt, sendJson, type Provider } from '../security/stage';
import { askPlane, firstTurn, openPlanes, type Planes, type Question, type Told } from './open-planes';

const ALIASES = ['main', 'far', 'tools', 'vision', 'thinker', 'long', 'cheap', 'secret'] as const;

let provider: Provider;
let planes: Planes;

/** One provider per alias, so that who served tells the alias; `main` has two. */
function configOf(url: string): object {
  const at = providerAt('openai-compatible', { url }, 'sk-upstream');
  const rules = [
    { when: { header: { 'X-Task': 'far' } }, use: 'far' },
    { when: { metadata: { team: 'red' } }, use: 'far' },
    { when: { inputTokensOver: 2_000 }, use: 'long' },
    { when: { images: true }, use: 'vision' },
    { when: { tools: true, thinking: true }, use: 'thinker' },
    { when: { tools: true }, use: 'tools' },
    { when: { background: true }, use: 'cheap' },
    { when: { model: 'claude-*-opus' }, use: 'secret' },
  ];
  const targets = (names: readonly string[]) => names.map((name) => ({ provider: name, model: 'm' }));
  const alone = ALIASES.filter((alias) => alias !== 'main');
  return {
    providers: Object.fromEntries(['first', 'second', ...alone].map((name) => [name, at])),
    models: {
      main: { targets: targets(['first', 'second']), rules },
      'claude-*': { targets: targets(['first']), rules },
      ...Object.fromEntries(alone.map((alias) => [alias, { targets: targets([alias]) }])),
      fallback: { targets: targets(['first']), onContextExceeded: 'long' },
    },
    passthrough: { enabled: false },
    unpriced: 'allow',
  };
}

beforeAll(async () => {
  provider = await openProvider();
  planes = await openPlanes(configOf(provider.url), 1);
}, 60_000);
afterAll(async () => {
  await planes?.close();
  await provider?.close();
}, 30_000);

const ask = (question: Question, who: keyof Planes['keys'] = 'open'): Promise<Told> => {
  const [replica] = planes.replicas;
  if (!replica) throw new Error('no replica');
  return askPlane(replica, planes.keys[who], question);
};

const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
const picture = [
  { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
];

describe('rules choose the alias', () => {
  it.each<[string, Question, string]>([
    ['nothing holds', {}, 'main'],
    ['a header', { headers: { 'x-task': 'far' } }, 'far'],
    ['a header that says something else', { headers: { 'x-task': 'near' } }, 'main'],
    ['metadata', { members: { metadata: { team: 'red' } } }, 'far'],
    ['a long request', { messages: firstTurn('word '.repeat(2_000)) }, 'long'],
    ['a picture', { messages: picture }, 'vision'],
    ['tools', { members: { tools } }, 'tools'],
    ['tools and thinking: the first rule wins', { members: { tools, reasoning_effort: 'high' } }, 'thinker'],
    ['thinking alone', { members: { reasoning_effort: 'high' } }, 'main'],
    ['the first of two that hold', { members: { tools }, headers: { 'x-task': 'far' } }, 'far'],
    ['a small model of an agent', { model: 'claude-3-5-haiku-20241022' }, 'cheap'],
    ['a pattern of names', { model: 'claude-3-opus' }, 'secret'],
    ['a name that no pattern is for', { model: 'claude-3-sonnet' }, 'claude-*'],
    [
      "a title of an agent's",
      { headers: { 'user-agent': 'opencode/1.18.33 ai-sdk/provider-utils' } },
      'cheap',
    ],
  ])('%s', async (_, question, alias) => {
    const told = await ask(question);
    expect([told.status, told.route]).toEqual([200, alias]);
    expect(told.provider).toBe(alias === 'main' || alias === 'claude-*' ? 'first' : alias);
  });

  it('for clients of another dialect as well, and for the count of their tokens', async () => {
    const messages = [
      {
        role: 'user',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }],
      },
    ];
    const asked = { messages, members: { max_tokens: 9 } };
    expect(await ask({ ...asked, path: '/v1/messages' })).toMatchObject({ route: 'vision' });
    expect(await ask({ messages, path: '/v1/messages/count_tokens' })).toMatchObject({
      status: 200,
      route: 'vision',
    });
  });

  it('without a right of its own for the alias that a rule names', async () => {
    expect(await ask({ members: { tools } }, 'narrow')).toMatchObject({ status: 200, route: 'tools' });
    expect(await ask({ model: 'tools' }, 'narrow')).toMatchObject({ status: 403 });
  });
});

const route = (alias: string) => ({ 'x-turnpike-route': alias });
const only = (name: string) => ({ 'x-turnpike-provider': name });

describe('a caller states where to go', () => {
  it.each<[string, Question, keyof Planes['keys'], object]>([
    ['an alias', { headers: route('far') }, 'open', { status: 200, route: 'far', provider: 'far' }],
    ['an alias in place of rules', { members: { tools }, headers: route('main') }, 'open', { route: 'main' }],
    ['an alias that the key may use', { headers: route('far') }, 'narrow', { status: 200, route: 'far' }],
    ['an alias that it may not', { headers: route('secret') }, 'narrow', { status: 403 }],
    ['an unknown alias', { headers: route('nowhere') }, 'open', { status: 404 }],
    ['a provider', { headers: only('second') }, 'open', { status: 200, route: 'main', provider: 'second' }],
    ['a provider of another route', { headers: only('far') }, 'open', { status: 400 }],
    ['both', { headers: { ...route('far'), ...only('far') } }, 'open', { status: 200, provider: 'far' }],
  ])('%s', async (_, question, who, expected) => {
    expect(await ask(question, who)).toMatchObject(expected);
  });

  it('is refused in its own dialect, and told the providers that there are', async () => {
    const refused = await ask({
      path: '/v1/messages',
      members: { max_tokens: 9 },
      headers: only('far'),
    });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text)).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('first, second') as string },
    });
    expect(refused.text).not.toMatch(/secret|vision|thinker/);
  });

  it('is not led elsewhere by a fallback', async () => {
    const tooLong = '{"error":{"code":"context_length_exceeded","message":"too long"}}';
    provider.answer = (_, response) => sendJson(response, tooLong, 400);
    const model = 'fallback';
    const before = provider.heard.length;
    expect(await ask({ model, headers: only('first') })).toMatchObject({ status: 400, provider: 'first' });
    expect(provider.heard.length - before).toBe(1);
    await ask({ model });
    expect(provider.heard.length - before).toBe(3);
    provider.answer = answerWell;
  });

  it('says so to us alone: nothing of it goes upstream', async () => {
    const before = provider.heard.length;
    await ask({ headers: { ...route('main'), ...only('second'), 'x-turnpike-session': 's' } });
    const [heard] = provider.heard.slice(before);
    expect(Object.keys(heard?.headers ?? {}).filter((name) => name.startsWith('x-turnpike'))).toEqual([]);
  });
});
