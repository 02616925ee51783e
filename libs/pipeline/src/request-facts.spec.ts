import { createEnvelopeShapes, DIALECTS } from '@turnpike/dialects';
import type { DialectId } from '@turnpike/protocol';
import { CallBody } from './call-body';
import { RequestFacts } from './request-facts';

const SHAPES = createEnvelopeShapes([]);
const TURNS: Readonly<Record<DialectId, object>> = {
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  'openai-responses': { model: 'm', input: 'hi' },
  'anthropic-messages': { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
  'gemini-generate': { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
};

interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  readonly model?: string;
}

function factsOf(id: DialectId, members: object, { headers = {}, model = 'm' }: Question = {}): RequestFacts {
  const dialect = DIALECTS[id];
  const address = id === 'gemini-generate' ? { model, stream: false } : undefined;
  const named = address ? {} : { model };
  const bytes = Buffer.from(JSON.stringify({ ...TURNS[id], ...named, ...members }));
  return new RequestFacts(new CallBody(bytes, dialect, SHAPES[id], address), {
    clientHeaders: headers,
    dialect,
  });
}

const [CHAT, RESPONSES, MESSAGES, GEMINI] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate',
] as const;

const config = (member: object): object => ({ generationConfig: member });

describe('asks to think', () => {
  it.each<[DialectId, object, boolean]>([
    [CHAT, {}, false],
    [CHAT, { reasoning_effort: 'high' }, true],
    [CHAT, { reasoning_effort: 'none' }, false],
    [CHAT, { reasoning_effort: null }, false],
    [CHAT, { reasoning_effort: 7 }, false],
    [CHAT, { reasoning: { effort: 'low' } }, true],
    [CHAT, { reasoning: { max_tokens: 2000 } }, true],
    [CHAT, { reasoning: { enabled: false } }, false],
    [CHAT, { thinking: { type: 'enabled' } }, true],
    [CHAT, { thinking: { type: 'disabled' } }, false],
    [CHAT, { enable_thinking: true }, true],
    [CHAT, { enable_thinking: false }, false],
    [CHAT, { chat_template_kwargs: { enable_thinking: true } }, true],
    [RESPONSES, { reasoning: { effort: 'medium', summary: 'auto' } }, true],
    [RESPONSES, { reasoning: { effort: 'none' } }, false],
    [RESPONSES, { reasoning: { summary: 'auto' } }, false],
    [RESPONSES, { reasoning: null }, false],
    [MESSAGES, { thinking: { type: 'enabled', budget_tokens: 4000 } }, true],
    [MESSAGES, { thinking: { type: 'adaptive', display: 'omitted' } }, true],
    [MESSAGES, { thinking: { type: 'disabled' } }, false],
    [MESSAGES, { output_config: { effort: 'high' } }, false],
    [GEMINI, config({ thinkingConfig: { thinkingBudget: 8192, includeThoughts: true } }), true],
    [GEMINI, config({ thinkingConfig: { thinkingBudget: -1 } }), true],
    [GEMINI, config({ thinkingConfig: { thinkingBudget: 0 } }), false],
    [GEMINI, config({ thinkingConfig: { thinkingLevel: 'HIGH' } }), true],
    [GEMINI, config({ thinkingConfig: { thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' } }), false],
    [GEMINI, { generation_config: { thinking_config: { thinking_budget: 512 } } }, true],
    [GEMINI, config({ temperature: 1 }), false],
  ])('%s %j: %s', (id, members, thinks) => expect(factsOf(id, members).thinking).toBe(thinks));
});

describe('holds images', () => {
  const png = { mimeType: 'image/png', data: 'AAAA' };
  it.each<[DialectId, object, boolean]>([
    [CHAT, {}, false],
    [CHAT, { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, true],
    [RESPONSES, { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }] }, true],
    [
      MESSAGES,
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] }] },
      true,
    ],
    [MESSAGES, { messages: [{ role: 'user', content: [{ type: 'text', text: '"type": "image"' }] }] }, false],
    [GEMINI, { contents: [{ role: 'user', parts: [{ inlineData: png }] }] }, true],
    [GEMINI, { contents: [{ parts: [{ inline_data: { mime_type: 'image/jpeg', data: 'A' } }] }] }, true],
    [GEMINI, { contents: [{ parts: [{ fileData: { mimeType: 'image/webp', fileUri: 'x' } }] }] }, true],
    [GEMINI, { contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'A' } }] }] }, false],
  ])('%s %j: %s', (id, members, images) => expect(factsOf(id, members).images).toBe(images));
});

describe('brings tools', () => {
  it.each<[DialectId, object, boolean]>([
    [CHAT, {}, false],
    [CHAT, { tools: [] }, false],
    [CHAT, { tools: null }, false],
    [CHAT, { tools: [{ type: 'function', function: { name: 'f' } }] }, true],
    [CHAT, { functions: [{ name: 'f' }] }, true],
    [RESPONSES, { tools: [{ type: 'web_search' }] }, true],
    [RESPONSES, { tools: [] }, false],
    [RESPONSES, { input: [{ type: 'additional_tools', tools: [{}] }] }, true],
    [RESPONSES, { input: 'type: "additional_tools"' }, false],
    [CHAT, { messages: [{ role: 'user', content: [{ type: 'additional_tools' }] }] }, false],
    [MESSAGES, { tools: [{ name: 'f', input_schema: {} }] }, true],
    [GEMINI, { tools: [{ functionDeclarations: [] }] }, true],
    [GEMINI, { tools: [] }, false],
  ])('%s %j: %s', (id, members, tools) => expect(factsOf(id, members).tools).toBe(tools));

  it('also finds none behind white space', () => {
    const dialect = DIALECTS[CHAT];
    const bytes = Buffer.from('{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[ \n\t]}');
    const body = new CallBody(bytes, dialect, SHAPES[CHAT]);
    expect(new RequestFacts(body, { clientHeaders: {}, dialect }).tools).toBe(false);
  });
});

describe('is a side request of an agent', () => {
  const claude = { 'user-agent': 'claude-cli/2.1.329 (external, cli)' };
  const opencode = { 'user-agent': 'ai-sdk/openai-compatible opencode/1.18.33' };
  const qwen = { 'user-agent': 'QwenCode/0.24.4 (linux; x64)' };
  const gemini = { 'user-agent': 'GeminiCLI/0.61.0/gemini-3.5-flash-lite (linux; x64)' };
  const codex = { 'user-agent': 'codex_exec/0.169.0 (Linux; x86_64)' };
  const tools = [{ type: 'function', function: { name: 'f' } }];
  const twoTurns = [
    { role: 'user', content: 'Generate a title:' },
    { role: 'user', content: 'hi' },
  ];
  const talk = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
  ];
  const schema = {
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
  };
  it.each<[string, DialectId, object, Question, boolean]>([
    ['a haiku by date', MESSAGES, {}, { model: 'claude-3-5-haiku-20241022', headers: claude }, true],
    ['a haiku by version', MESSAGES, {}, { model: 'claude-haiku-4-5' }, true],
    ['a haiku of a cloud', MESSAGES, {}, { model: 'anthropic.claude-haiku-4-5-v1:0' }, true],
    ['a sonnet with tools', MESSAGES, { tools }, { model: 'claude-sonnet-4-5', headers: claude }, false],
    ["Gemini CLI's router", GEMINI, {}, { model: 'gemini-3.5-flash-lite', headers: gemini }, true],
    ['a flash that is not lite', GEMINI, {}, { model: 'gemini-3.5-flash' }, false],
    ["opencode's title", CHAT, { messages: twoTurns, stream: true }, { headers: opencode }, true],
    ["opencode's turn", CHAT, { tools }, { headers: opencode }, false],
    ["opencode's summary of a talk", CHAT, { messages: talk }, { headers: opencode }, false],
    ["Codex's title", RESPONSES, { tools: [] }, { headers: codex }, true],
    [
      "Codex's turn with tools among its input",
      RESPONSES,
      { input: [{ type: 'additional_tools' }, { role: 'user', content: 'hi' }] },
      { headers: codex },
      false,
    ],
    ['memories of a talk', CHAT, { messages: talk, ...schema }, { headers: qwen }, true],
    ['a talk without tools', CHAT, { messages: talk }, { headers: qwen }, false],
    ['somebody else without tools', CHAT, {}, { headers: { 'user-agent': 'OpenAI/JS 6.4' } }, false],
    ['nobody in particular', CHAT, schema, {}, false],
  ])('%s', (_, id, members, question, background) =>
    expect(factsOf(id, members, question).background).toBe(background),
  );
});

describe('metadata and headers', () => {
  const facts = factsOf(
    MESSAGES,
    { metadata: { team: 'red', n: 5, on: true, deep: { a: 1 } } },
    { headers: { 'x-foo': 'bar' } },
  );

  it.each([
    ['team', 'red'],
    ['n', '5'],
    ['on', 'true'],
    ['deep', undefined],
    ['other', undefined],
    ['toString', undefined],
  ])('metadata %s: %s', (name, value) => expect(facts.metadata(name)).toBe(value));

  it('headers are found however a rule spells them', () => {
    expect(['x-foo', 'X-Foo', 'x-bar'].map((name) => facts.header(name))).toEqual(['bar', 'bar', undefined]);
  });

  it.each([[null], ['text'], [[1]]])('metadata %j says nothing', (metadata) =>
    expect(factsOf(CHAT, { metadata }).metadata('team')).toBeUndefined(),
  );
});

it('estimates input by the length of the request', () => {
  const long = { messages: [{ role: 'user', content: 'word '.repeat(70_000) }] };
  expect(factsOf(CHAT, long).inputTokens).toBeGreaterThan(90_000);
  expect(factsOf(CHAT, {}).inputTokens).toBeLessThan(20);
});
