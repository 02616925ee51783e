import type OpenAI from 'openai';
import { createMockUpstream, type MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import {
  freshPrefix,
  freshSecret,
  openGateway,
  REDIS_URL,
  removeAll,
  type Person,
  type TestGateway,
} from './open-gateway';

type Message = OpenAI.Chat.ChatCompletionMessageParam;
type FunctionCall = OpenAI.Responses.ResponseFunctionToolCall;
type Call = OpenAI.Chat.ChatCompletionMessageToolCall;

let mock: MockUpstream;
let prefix: string;
let a: TestGateway;
let b: TestGateway;
let n = 0;

const entry = (more: object): object => ({
  allowPrivateNetwork: true,
  credentials: [{ name: 'c', apiKey: 'k1' }],
  ...more,
});

const config = (): object => ({
  providers: {
    claude: entry({ use: 'anthropic', baseUrl: mock.url }),
    gemini: entry({ use: 'gemini', baseUrl: mock.url }),
    openai: entry({ use: 'openai', dialect: 'openai-responses', baseUrl: `${mock.url}/v1` }),
    deepseek: entry({ use: 'deepseek', baseUrl: `${mock.url}/v1` }),
  },
  models: Object.fromEntries(
    Object.entries({
      claude: 'claude-sonnet-4-5',
      gemini: 'gemini-3-pro-preview',
      openai: 'gpt-5',
      deepseek: 'deepseek-reasoner',
    }).map(([provider, model]) => [provider, { targets: [{ provider, model }] }]),
  ),
  passthrough: { enabled: true },
  prices: { overrides: [] },
  unpriced: 'allow',
});

beforeAll(async () => {
  mock = await createMockUpstream({
    models: ['claude-sonnet-4-5', 'gemini-3-pro-preview', 'gpt-5', 'deepseek-reasoner'],
  });
  prefix = freshPrefix();
  const setting = { config: config(), secretKeys: [freshSecret()], redis: { url: REDIS_URL, prefix } };
  [a, b] = await Promise.all([openGateway(setting), openGateway(setting)]);
});

afterAll(async () => {
  expect([...a.defects, ...b.defects]).toEqual([]);
  await Promise.all([a.close(), b.close()]);
  await mock.close();
  await removeAll(prefix);
});

const last = () => {
  const found = mock.journal.entries.at(-1);
  if (!found) throw new Error('the provider was not asked');
  return found;
};
const sent = (): string => JSON.stringify(last().body);

const TOOLS: OpenAI.Chat.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } },
];

/** One step of an agent that keeps nothing but what every Chat API has. */
async function step(
  gateway: TestGateway,
  model: string,
  messages: readonly Message[],
  { person = 'ann', stream = false }: { readonly person?: Person; readonly stream?: boolean } = {},
): Promise<{ said: Message; calls: readonly Call[] }> {
  const body = { model, messages: [...messages], tools: TOOLS, reasoning_effort: 'high' as const };
  const client = gateway.client(person);
  const answer = stream
    ? await client.chat.completions.stream(body).finalChatCompletion()
    : await client.chat.completions.create(body);
  const { content = null, tool_calls: calls = [] } = answer.choices[0]?.message ?? {};
  const bare = calls.map((call) =>
    call.type === 'function'
      ? {
          id: call.id,
          type: call.type,
          function: { name: call.function.name, arguments: call.function.arguments },
        }
      : call,
  );
  return {
    said: { role: 'assistant', content, ...(bare.length > 0 ? { tool_calls: bare } : {}) },
    calls: bare,
  };
}

const results = (calls: readonly Call[]): Message[] =>
  calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'seen' }));
const question = (tools = 1): Message => ({
  role: 'user',
  content: `[[mock: tool=${tools} think=1 again=1]] question ${++n}`,
});

/** What each wire shows of reasoning that came back whole. */
const PROOFS: readonly (readonly [string, RegExp])[] = [
  ['claude', /"thinking":"[^"]+","signature":"[^"]{10,}"/],
  ['gemini', /"thoughtSignature":"(?!skip_thought)[^"]{10,}"/],
  ['openai', /"encrypted_content":"[^"]{10,}"/],
  ['deepseek', /"reasoning_content":"[^"]+"/],
];

const FROM_CHAT = PROOFS.filter(([model]) => model !== 'deepseek');
const FROM_RESPONSES = PROOFS.filter(([model]) => model !== 'openai');

describe.each(FROM_CHAT)('an agent that drops reasoning, in front of %s', (model, proof) => {
  it.each([
    ['whole', false],
    ['streamed', true],
  ])('goes on as if it had kept it, on whichever gateway, %s', async (_, stream) => {
    const messages: Message[] = [question()];
    for (const [i, gateway] of [a, b, a, b].entries()) {
      const { said, calls } = await step(gateway, model, messages, { stream });
      expect(calls).toHaveLength(1);
      expect(last().complaint).toBeUndefined();
      expect(sent().match(new RegExp(proof, 'g')) ?? []).toHaveLength(i);
      messages.push(said, ...results(calls));
    }
  });

  it('does so for several calls of one answer', async () => {
    const messages: Message[] = [question(3)];
    const { said, calls } = await step(a, model, messages);
    expect(calls).toHaveLength(3);
    await step(b, model, [...messages, said, ...results(calls)]);
    expect(last().complaint).toBeUndefined();
    expect(sent()).toMatch(proof);
  });

  it('sends equal bytes for equal requests', async () => {
    const messages: Message[] = [question()];
    const { said, calls } = await step(a, model, messages);
    const more = [...messages, said, ...results(calls)];
    await step(a, model, more);
    const once = last().raw;
    await step(b, model, more);
    expect(last().raw).toBe(once);
  });

  it('gets nothing of what another person’s agent has thought', async () => {
    const messages: Message[] = [question()];
    const { said, calls } = await step(a, model, messages);
    const more = [...messages, said, ...results(calls)];
    await step(a, model, more, { person: 'bob' }).catch(() => undefined);
    expect(sent()).not.toMatch(proof);
    await step(a, model, more);
    expect(sent()).toMatch(proof);
  });
});

describe.each(FROM_RESPONSES)(
  'a Responses client without its reasoning items, in front of %s',
  (model, proof) => {
    it.each([
      ['whole', false],
      ['streamed', true],
    ])('goes on as if it had kept them, %s', async (_, stream) => {
      const tools = [
        { type: 'function' as const, name: 'look', parameters: { type: 'object' }, strict: false },
      ];
      // The provider thinks unasked where it is always thinking.
      const thinks = model === 'deepseek' ? {} : { reasoning: { effort: 'high' as const } };
      const body = { model, tools, store: false, ...thinks };
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: String(question().content) }];
      for (const [i, gateway] of [a, b, a].entries()) {
        const { responses } = gateway.client();
        const answer: OpenAI.Responses.Response = stream
          ? await responses.stream({ ...body, input }).finalResponse()
          : await responses.create({ ...body, input });
        expect(last().complaint).toBeUndefined();
        expect(sent().match(new RegExp(proof, 'g')) ?? []).toHaveLength(i);
        const call = answer.output.find((item): item is FunctionCall => item.type === 'function_call');
        if (!call) throw new Error('no call');
        const { call_id, name } = call;
        input.push({ type: 'function_call', call_id, name, arguments: call.arguments });
        input.push({ type: 'function_call_output', call_id, output: 'seen' });
      }
    });
  },
);

it.each(FROM_CHAT)('reasoning of %s goes to nobody else', async (model, proof) => {
  const messages: Message[] = [question()];
  const { said, calls } = await step(a, model, messages);
  for (const [other] of PROOFS) {
    if (other === model) continue;
    await step(a, other, [...messages, said, ...results(calls)]);
    expect(last().complaint).toBeUndefined();
    expect(sent()).not.toMatch(proof);
  }
});

it('a client of the same dialect is left alone', async () => {
  const client = a.client();
  const tools = [{ type: 'function' as const, name: 'look', parameters: {}, strict: false }];
  const body = { model: 'openai', tools, store: false, reasoning: { effort: 'high' as const } };
  const first = await client.responses.create({ ...body, input: `[[mock: tool=1 think=1]] question ${++n}` });
  const call = first.output.find((item) => item.type === 'function_call');
  if (!call) throw new Error('no call');
  const input = [
    { role: 'user' as const, content: 'question' },
    { type: 'function_call' as const, call_id: call.call_id, name: call.name, arguments: call.arguments },
    { type: 'function_call_output' as const, call_id: call.call_id, output: 'seen' },
  ];
  await client.responses.create({ ...body, input });
  expect((last().body as { input: unknown }).input).toEqual(input);
});
