import {
  answerWell,
  chat,
  configOf,
  openCanary,
  openProvider,
  openStage,
  providerAt,
  type Provider,
  type Stage,
} from './stage';

jest.setTimeout(60_000);

const SECRETS = {
  one: 'sk-one-1111111111111111',
  two: 'sk-two-2222222222222222',
  router: 'sk-or-3333333333333333',
};

let stage: Stage;
let canary: Awaited<ReturnType<typeof openCanary>>;
const real: Record<keyof typeof SECRETS, Provider> = {} as never;

beforeAll(async () => {
  canary = await openCanary();
  for (const name of ['one', 'two', 'router'] as const) real[name] = await openProvider();
  stage = await openStage(
    configOf(
      {
        one: providerAt('openai-compatible', real.one, SECRETS.one),
        two: providerAt('anthropic-compatible', real.two, SECRETS.two),
        router: providerAt('openrouter', real.router, SECRETS.router),
      },
      { chat: ['one/m1'], messages: ['two/m2'], router: ['router/m3'] },
    ),
  );
});
afterAll(async () => {
  await stage.close();
  await canary.close();
  await Promise.all(Object.values(real).map((provider) => provider.close()));
});
beforeEach(() => {
  for (const provider of Object.values(real)) {
    provider.heard.length = 0;
    provider.answer = answerWell;
  }
});

const target = (): string => `http://127.0.0.1:${canary.port}`;

/** Nobody heard anything but its own credential, and the canary heard nothing. */
function expectBound(what: string): void {
  expect([what, canary.hits()]).toEqual([what, 0]);
  for (const [name, provider] of Object.entries(real) as [keyof typeof SECRETS, Provider][]) {
    for (const { headers, url, method, rawHeaders } of provider.heard) {
      const all = [url, ...rawHeaders].join('\n');
      expect([what, method]).toEqual([what, 'POST']);
      expect([what, url]).toEqual([what, name === 'two' ? '/v1/messages' : '/v1/chat/completions']);
      expect([what, headers.host]).toEqual([what, `127.0.0.1:${provider.port}`]);
      const sent = name === 'two' ? headers['x-api-key'] : headers.authorization?.replace('Bearer ', '');
      expect([what, sent]).toEqual([what, SECRETS[name]]);
      expect([what, name === 'two' ? headers.authorization : headers['x-api-key']]).toEqual([
        what,
        undefined,
      ]);
      expect(all).not.toContain(stage.keys.developer);
      for (const [other, secret] of Object.entries(SECRETS))
        if (other !== name) expect([what, all.includes(secret)]).toEqual([what, false]);
    }
  }
}

const DESTINATIONS = [
  'api_base',
  'base_url',
  'baseUrl',
  'baseURL',
  'api_url',
  'url',
  'endpoint',
  'host',
  'hostname',
  'origin',
  'proxy',
  'http_proxy',
  'azure_endpoint',
  'vertex_location',
  'aws_bedrock_runtime_endpoint',
  'custom_llm_provider',
  'model_list',
  'fallbacks',
  'api_key',
  'apiKey',
  'key',
  'authorization',
  'organization',
  'credential',
  'credentials',
  'provider',
  'headers',
  'extra_headers',
  'default_headers',
  'extra_body',
  'extra_query',
  'config',
  'client',
  'target',
  'targets',
  'route',
  'routes',
  'models',
  'transforms',
  'webhook_url',
  'callback_url',
  '__proto__',
  'constructor',
  'turnpike',
  'litellm_params',
  'metadata',
  'deployment_id',
  'api_version',
  'region_name',
  'openai',
];

const valuesFor = (name: string): unknown[] => [
  target(),
  { [name]: target(), base_url: target(), api_base: target(), authorization: 'Bearer evil' },
  [target(), { url: target() }],
];

it('lets no member of a body choose where a call goes or with which key', async () => {
  let cases = 0;
  for (const model of ['chat', 'messages', 'router', 'one/x', 'router/x']) {
    for (const name of DESTINATIONS) {
      const values = valuesFor(name);
      const value = values[cases % values.length];
      const body = JSON.stringify({ ...chat({ model }), extra: 1 }).replace(
        '"extra":1',
        `${JSON.stringify(name)}:${JSON.stringify(value)}`,
      );
      const { status } = await stage.ask({ body });
      expect(status === 200 || (status >= 400 && status < 500)).toBe(true);
      cases++;
    }
  }
  expect(cases).toBeGreaterThanOrEqual(100);
  expect(real.one.heard.length).toBeGreaterThan(20);
  expectBound('members');
});

it('sends the members that route at a router nowhere', async () => {
  for (const name of ['models', 'route', 'Models', 'ROUTE', 'm\\u006fdels', 'provider', 'preset']) {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      const body = JSON.stringify({ ...chat({ model: 'router' }), max_tokens: 10, extra: 1 }).replace(
        '"extra":1',
        `"${name}":["evil/model"]`,
      );
      await stage.ask({ body, path });
      for (const { body: sent } of real.router.heard) {
        if (!/provider|preset/.test(name))
          expect([name, sent]).not.toEqual([name, expect.stringContaining('evil/model')]);
        expect(sent).toContain('"m3"');
      }
    }
  }
  expectBound('router');
});

it.each([
  ['twice', '{"model":"chat","model":"router","messages":[{"role":"user","content":"x"}]}'],
  ['in another case', '{"model":"chat","Model":"router","messages":[{"role":"user","content":"x"}]}'],
  ['escaped', '{"model":"chat","\\u006dodel":"router","messages":[{"role":"user","content":"x"}]}'],
  [
    'escaped in another case',
    '{"model":"chat","\\u004DODEL":"router","messages":[{"role":"user","content":"x"}]}',
  ],
  ['messages twice', '{"model":"chat","messages":[{"role":"user","content":"x"}],"messages":[]}'],
])('refuses a member that stands %s', async (_, body) => {
  expect((await stage.ask({ body })).status).toBe(400);
  expect(real.one.heard).toHaveLength(0);
});

const HEADERS = [
  'x-forwarded-host',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-original-url',
  'x-rewrite-url',
  'x-real-ip',
  'forwarded',
  'via',
  'x-host',
  'x-http-host-override',
  'x-turnpike-provider',
  'x-turnpike-base-url',
  'x-portkey-provider',
  'x-portkey-custom-host',
  'x-portkey-api-key',
  'helicone-target-url',
  'helicone-openai-api-base',
  'openai-organization',
  'openai-project',
  'x-api-base',
  'api-key',
  'proxy-authorization',
  'cookie',
  'referer',
  'origin',
  'x-goog-api-key',
  'anthropic-dangerous-direct-browser-access',
  'x-amz-security-token',
  'traceparent',
  'baggage',
  'idempotency-key',
  'x-stainless-os',
  'destination',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
];

it('lets no header choose where a call goes, and sends none on that is not on the list', async () => {
  for (const name of HEADERS) {
    for (const model of ['chat', 'messages', 'router']) {
      for (const path of ['/v1/chat/completions', '/v1/messages']) {
        await stage.ask({ headers: { [name]: target() }, body: chat({ model, max_tokens: 5 }), path });
      }
    }
  }
  const sent = new Set(
    Object.values(real).flatMap(({ heard }) => heard.flatMap(({ headers }) => Object.keys(headers))),
  );
  const allowed = [
    'accept',
    'accept-encoding',
    'anthropic-version',
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
    'user-agent',
    'x-api-key',
    'openai-organization',
    'openai-project',
  ];
  expect([...sent].filter((name) => !allowed.includes(name))).toEqual([]);
  expectBound('headers');
});

const MODELS = [
  'two/../one/x',
  '../../v1/messages',
  'one/../../x',
  'one//x',
  '/one/x',
  'one/',
  '/',
  'one/x?api-version=1',
  'one/x#y',
  'one/http://127.0.0.1/',
  'http://127.0.0.1/x',
  'https://evil/x',
  'one\\x',
  'ONE/x',
  'One/x',
  'öne/x',
  'ｏｎｅ/x',
  'one/\u202ex',
  'one/\u0000x',
  'one/x\r\nhost: evil',
  'one/x\r\n\r\nGET / HTTP/1.1',
  'chat\r\n',
  'chat\u0000',
  'chat ',
  ' chat',
  'CHAT',
  '*',
  'one/*',
  'ch*',
  '__proto__',
  'constructor',
  'toString',
  'one/__proto__',
  '__proto__/x',
  'hasOwnProperty/x',
  'one/%2e%2e/x',
  'one/x@evil',
  'user:pass@evil/x',
  'one:80/x',
  'router/a/b/c',
  'one/\ud800',
  '\ud800/x',
  'a'.repeat(600),
  `one/${'a'.repeat(5_000)}`,
  'one/{"a":1}',
  'one/"x"',
  "one/' or 1=1 --",
  'one/${jndi:ldap://evil}',
];

it.each([
  ['openai', '/v1/chat/completions'],
  ['anthropic', '/v1/messages'],
])('takes a model name for a name and nothing else: %s', async (_, path) => {
  for (const model of MODELS) {
    const { status, headers } = await stage.ask({ path, body: chat({ model, max_tokens: 5 }) });
    expect([model, status === 200 || (status >= 400 && status < 500)]).toEqual([model, true]);
    expect(headers.get('host')).toBeNull();
    expectBound(model.slice(0, 40));
  }
});

it('takes a redirect for a failure and follows it nowhere', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    real.one.answer = (_, response) => void response.writeHead(status, { location: `${target()}/v1` }).end();
    const answer = await stage.ask({ body: chat({ model: `one/redirect-${status}` }) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain(String(canary.port));
    expect(answer.headers.get('location')).toBeNull();
  }
  expectBound('redirects');
});

it('keeps keys of ours out of every header that goes up', async () => {
  const key = stage.keys.developer;
  const names = [
    'user-agent',
    'anthropic-beta',
    'anthropic-version',
    'openai-organization',
    'openai-project',
    'openai-beta',
  ];
  for (const name of names) {
    for (const [model, path] of [
      ['chat', '/v1/chat/completions'],
      ['messages', '/v1/messages'],
      ['router', '/v1/chat/completions'],
    ] as const)
      await stage.ask({ path, headers: { [name]: `tool/1.0 ${key}` }, body: chat({ model, max_tokens: 5 }) });
  }
  const heard = Object.values(real).flatMap((provider) => provider.heard);
  expect(heard.length).toBeGreaterThan(10);
  for (const { rawHeaders, url } of heard) expect([url, ...rawHeaders].join()).not.toContain(key);
});
