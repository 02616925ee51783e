import { createMockUpstream, type MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import { freshSecret, KEYS, openGateway, type TestGateway } from './open-gateway';

let mock: MockUpstream;
let gateway: TestGateway;

const USES: Readonly<Record<string, object>> = {
  claude: { use: 'anthropic-compatible' },
  chat: { use: 'openai-compatible' },
  responses: { use: 'openai-compatible', dialect: 'openai-responses' },
  gemini: { use: 'gemini-compatible' },
  bedrock: { use: 'openai-compatible', dialect: 'bedrock-converse' },
  cohere: { use: 'openai-compatible', dialect: 'cohere-chat' },
  ollama: { use: 'openai-compatible', dialect: 'ollama-chat' },
};

beforeAll(async () => {
  mock = await createMockUpstream({ models: ['demo'], paceMs: 0 });
  const names = Object.keys(USES);
  const providers = names.map((name) => [
    name,
    {
      ...USES[name],
      baseUrl: name === 'chat' || name === 'responses' ? `${mock.url}/v1` : mock.url,
      allowPrivateNetwork: true,
      credentials: [{ name: 'c', apiKey: 'k1' }],
    },
  ]);
  const models = names.map((provider) => [provider, { targets: [{ provider, model: 'demo' }] }]);
  const config = {
    providers: Object.fromEntries(providers) as object,
    models: Object.fromEntries(models) as object,
    passthrough: { enabled: true },
    prices: { overrides: [] },
    unpriced: 'allow',
  };
  gateway = await openGateway({ config, secretKeys: [freshSecret()] });
});

afterAll(async () => {
  await gateway.close();
  await mock.close();
});

const THREAD = { type: 'continue', previous_message_id: 'msg_1' };
const ask = (model: string): Promise<Response> =>
  fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEYS.ann, 'anthropic-version': '2026-10-21' },
    body: JSON.stringify({
      model,
      max_tokens: 100,
      thread: THREAD,
      messages: [{ role: 'user', content: '[[mock: lax]] hello' }],
    }),
  });

describe('a thread of Messages', () => {
  it('goes to its own vendor as it is', async () => {
    expect((await ask('claude')).status).toBe(200);
    expect(mock.journal.entries.at(-1)?.body).toMatchObject({ thread: THREAD });
  });

  it.each(Object.keys(USES).filter((name) => name !== 'claude'))(
    'is refused in front of %s, in the words on which clients send all of it',
    async (model) => {
      const before = mock.journal.entries.length;
      const answer = await ask(model);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        type: 'error',
        error: {
          type: 'invalid_request_error',
          details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
        },
      });
      expect(mock.journal.entries.length).toBe(before);
    },
  );
});
