import { DIALECT_IDS } from '@turnpike/protocol';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { gatewayConfig, hostedEntry, HOSTS, type Host } from '../stage/gateway-config';
import { mockOf, openStage, type Stage } from '../stage/stage';
import { askStream, askWhole } from '../upstream-dialects/call-client';
import { CLIENTS, type Result } from '../upstream-dialects/client-bodies';

const MODELS: Readonly<Record<Host, string>> = {
  'azure-openai': 'gpt-4o',
  vertex: 'gemini-2.5-flash',
  'vertex-anthropic': 'claude-sonnet-4-5@20250929',
  bedrock: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
};

/** Where each cloud is asked, whole and streamed. */
const PATHS: Readonly<Record<Host, readonly [string, string]>> = {
  'azure-openai': [
    '/openai/deployments/prod-4o/chat/completions?api-version=2024-10-21',
    '/openai/deployments/prod-4o/chat/completions?api-version=2024-10-21',
  ],
  vertex: [
    '/v1/projects/stage/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
    '/v1/projects/stage/locations/europe-west4/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
  ],
  'vertex-anthropic': [
    '/v1/projects/stage/locations/global/publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict',
    '/v1/projects/stage/locations/global/publishers/anthropic/models/claude-sonnet-4-5%4020250929:streamRawPredict',
  ],
  bedrock: [
    '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
    '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream',
  ],
};

/** How each cloud is told who asks. */
const CREDENTIALS: Readonly<Record<Host, RegExp>> = {
  'azure-openai': /^Bearer \S+$/,
  vertex: /^Bearer \S+$/,
  'vertex-anthropic': /^Bearer \S+$/,
  bedrock: /^AWS4-HMAC-SHA256 Credential=AKIDMOCKUPSTREAM\//,
};

/** In its own dialect a cloud's bytes pass as they are: whether they please strict readers is its own affair. */
const OWN: Readonly<Record<Host, string>> = {
  'azure-openai': 'openai-chat',
  vertex: 'gemini-generate',
  'vertex-anthropic': 'anthropic-messages',
  bedrock: 'bedrock-converse',
};

const PROMPT = '[[mock: text="Hello there" tokens=9 in=100 cached=60 chunks=4]]';
const TOOLS = '[[mock: tool=2 tokens=9]]';
const PAIRS = HOSTS.flatMap((host) => DIALECT_IDS.map((client) => [host, client] as const));
const aliasOf = (host: Host): string => `via-${host}`;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    mocks: Object.fromEntries(HOSTS.map((host) => [host, { paceMs: 0 }])),
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          HOSTS.map((host) => {
            const mock = mocks[host];
            if (!mock) throw new Error(`no mock of ${host}`);
            const deployments = host === 'azure-openai' ? { deployments: { 'gpt-4o': 'prod-4o' } } : {};
            return [host, { ...hostedEntry(mock, host), ...deployments }];
          }),
        ),
        routes: Object.fromEntries(HOSTS.map((host) => [aliasOf(host), [`${host}/${MODELS[host]}`]])),
        extra: { resilience: { maxAttempts: 1 } },
      }),
  });
}, 90_000);
afterAll(() => stage?.close(), 30_000);

/** The last call that was no question for a token. */
const lastAt = (host: Host): JournalEntry => {
  const entry = mockOf(stage, host).journal.last();
  if (!entry) throw new Error(`${host} was not asked`);
  return entry;
};

describe.each(PAIRS)('%s, asked by a client of %s', (host, client) => {
  const model = aliasOf(host);
  const body = (asked: Parameters<(typeof CLIENTS)[typeof client]['body']>[1]) =>
    CLIENTS[client].body(model, asked);

  it('answers whole and streamed alike, where and as the cloud wants to be asked', async () => {
    const whole = await askWhole(stage, client, model, body({ prompt: PROMPT }));
    expect(whole).toMatchObject({ status: 200, text: 'Hello there', stop: 'end' });
    const asked = lastAt(host);
    expect([asked.url, asked.complaint]).toEqual([PATHS[host][0], undefined]);
    expect(asked.headers.authorization).toMatch(CREDENTIALS[host]);
    expect([asked.headers['x-api-key'], asked.headers['api-key']]).toEqual([undefined, undefined]);
    const streamed = await askStream(stage, client, model, body({ prompt: PROMPT, stream: true }));
    expect(streamed).toMatchObject({ text: 'Hello there', stop: 'end', done: true });
    if (OWN[host] !== client) expect(streamed.problems).toEqual([]);
    expect([lastAt(host).url, lastAt(host).complaint]).toEqual([PATHS[host][1], undefined]);
    expect(streamed.usage).toEqual(whole.usage);
    expect(whole.usage?.slice(1)).toEqual([60, 9]);
  });

  it('calls two tools and takes their results', async () => {
    const asked = body({ prompt: TOOLS, tools: true });
    const called = await askWhole(stage, client, model, asked);
    expect([called.status, called.stop, called.calls.map(({ name }) => name)]).toEqual([
      200,
      'tool',
      ['get_weather', 'get-time'],
    ]);
    const results = called.calls.map(({ id, name }): Result => ({ id, name, output: `result of ${name}` }));
    const ended = await askWhole(stage, client, model, CLIENTS[client].followUp(asked, called.raw, results));
    expect([ended.status, ended.stop, lastAt(host).complaint]).toEqual([200, 'end', undefined]);
    expect(lastAt(host).raw).toContain('result of get_weather');
  });

  it('streams calls', async () => {
    const called = await askStream(stage, client, model, body({ prompt: TOOLS, tools: true, stream: true }));
    expect(called).toMatchObject({ stop: 'tool', done: true });
    if (OWN[host] !== client) expect(called.problems).toEqual([]);
    expect(called.calls.map(({ name }) => name)).toEqual(['get_weather', 'get-time']);
  });
});

describe('Claude in another cloud', () => {
  it('is asked without a model in the body and with the version in it', async () => {
    const asked = CLIENTS['anthropic-messages'].body(aliasOf('vertex-anthropic'), { prompt: PROMPT });
    await askWhole(stage, 'anthropic-messages', aliasOf('vertex-anthropic'), asked);
    const sent = JSON.parse(lastAt('vertex-anthropic').raw) as Record<string, unknown>;
    expect([sent['anthropic_version'], Object.hasOwn(sent, 'model')]).toEqual(['vertex-2023-10-16', false]);
  });
});

describe('tokens', () => {
  it.each(HOSTS.filter((host) => host !== 'bedrock'))('of %s are asked for once', (host) => {
    const questions = mockOf(stage, host).journal.entries.filter(({ operation }) => operation === 'token');
    expect(questions).toHaveLength(1);
  });

  it('and secrets are in nothing that the gateway prints', () => {
    const output = stage.gateway().output();
    const tokens = HOSTS.map((host) => lastAt(host).headers.authorization ?? '');
    for (const secret of [
      ...tokens.map((text) => text.replace(/^Bearer /, '')),
      'mock-upstream-secret',
      'PRIVATE KEY',
    ])
      expect(output).not.toContain(secret);
  });
});
