import Anthropic from '@anthropic-ai/sdk';
import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

const weather: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

let mock: MockUpstream;
let client: Anthropic;

beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
  client = new Anthropic({ apiKey: 'key', baseURL: mock.url, maxRetries: 0 });
});
afterAll(() => mock.close());

const ask = (
  content: string,
  extra: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
): Anthropic.MessageCreateParamsNonStreaming => ({
  model: 'm',
  max_tokens: 4096,
  messages: [{ role: 'user', content }],
  ...extra,
});
const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');

describe('the Anthropic SDK against the mock', () => {
  it('gets the same answer whole and streamed', async () => {
    const params = ask(
      'hi [[mock: id=same text="ü漢字🙂 done" tokens=9 in=100 cached=60 cacheWrite=7 chunks=7]]',
    );
    const whole = await client.messages.create(params);
    const streamed = await client.messages.stream(params).finalMessage();
    expect(textOf(whole)).toBe('ü漢字🙂 done');
    expect(textOf(streamed)).toBe('ü漢字🙂 done');
    expect(whole.usage).toMatchObject({
      input_tokens: 100,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 7,
      output_tokens: 9,
    });
    expect(streamed.usage).toMatchObject({
      input_tokens: 100,
      cache_read_input_tokens: 60,
      output_tokens: 9,
    });
    expect(streamed.stop_reason).toBe('end_turn');
  });

  it('signs its thinking and takes it back, unchanged only', async () => {
    const params = ask('[[mock: think=1 tool=1]]', {
      thinking: { type: 'enabled', budget_tokens: 1024 },
      tools: [weather],
    });
    const first = await client.messages.stream(params).finalMessage();
    expect(first.content.map((block) => block.type)).toEqual(['thinking', 'tool_use']);
    const call = first.content.find((block) => block.type === 'tool_use');
    const messages = (content: Anthropic.ContentBlockParam[]): Anthropic.MessageParam[] => [
      ...params.messages,
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: String(call?.id), content: 'sunny' }] },
    ];
    const second = await client.messages.create({ ...params, messages: messages(first.content) });
    expect(second.stop_reason).toBe('end_turn');
    const changed = first.content.map((block) =>
      block.type === 'thinking' ? { ...block, thinking: 'other' } : block,
    );
    await expect(client.messages.create({ ...params, messages: messages(changed) })).rejects.toThrow(
      /Invalid `signature`/,
    );
    const dropped = first.content.filter((block) => block.type !== 'thinking');
    await expect(client.messages.create({ ...params, messages: messages(dropped) })).rejects.toThrow(
      /Expected `thinking`/,
    );
  });

  it('gives redacted thinking', async () => {
    const message = await client.messages.create(ask('[[mock: redacted=1]]'));
    expect(message.content[0]?.type).toBe('redacted_thinking');
  });

  it('calls tools in parallel', async () => {
    const message = await client.messages
      .stream(ask('[[mock: tool=2 sayToo]]', { tools: [weather] }))
      .finalMessage();
    expect(message.content.map((block) => block.type)).toEqual(['text', 'tool_use', 'tool_use']);
    expect(message.content[1]).toMatchObject({ name: 'get_weather', input: { city: 'example' } });
    expect(message.stop_reason).toBe('tool_use');
  });

  it('runs a tool loop when the prompt asks for the tool', async () => {
    const asked: unknown[] = [];
    const runner = client.beta.messages.toolRunner({
      model: 'm',
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Please use the tool for "Paris".' }],
      tools: [
        {
          ...weather,
          type: 'custom',
          parse: (input: unknown) => input,
          run: (input: unknown) => {
            asked.push(input);
            return 'sunny in Paris';
          },
        },
      ],
    });
    const message = await runner.runUntilDone();
    expect(JSON.stringify(message.content)).toContain('sunny in Paris');
    expect(asked).toEqual([{ city: 'Paris' }]);
  });

  it.each(['max_tokens', 'refusal', 'pause_turn', 'model_context_window_exceeded', 'stop_sequence'])(
    'ends with %s',
    async (reason) => {
      const word =
        { max_tokens: 'length', pause_turn: 'pause', model_context_window_exceeded: 'context' }[reason] ??
        reason;
      const message = await client.messages.create(
        ask(`[[mock: stop=${word}]]`, { stop_sequences: ['END'] }),
      );
      expect(message.stop_reason).toBe(reason);
      expect(message.stop_sequence).toBe(reason === 'stop_sequence' ? 'END' : null);
    },
  );

  it('fills a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const message = await client.messages.create(
      ask('Describe "Oslo".', { output_config: { format: { type: 'json_schema', schema } } }),
    );
    expect(JSON.parse(textOf(message))).toEqual({ name: 'Oslo' });
  });

  it('counts tokens and lists models', async () => {
    expect(
      await client.messages.countTokens({
        model: 'm',
        messages: [{ role: 'user', content: 'x'.repeat(400) }],
      }),
    ).toEqual({ input_tokens: 101 });
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(['demo', 'demo-large']);
  });

  it.each([
    [400, Anthropic.BadRequestError],
    [401, Anthropic.AuthenticationError],
    [403, Anthropic.PermissionDeniedError],
    [404, Anthropic.NotFoundError],
    [429, Anthropic.RateLimitError],
    [529, Anthropic.InternalServerError],
  ])('throws the typed error for %i', async (status, type) => {
    await expect(client.messages.create(ask(`[[mock: fault=${status}]]`))).rejects.toThrow(type);
  });

  it.each(['eof:mid', 'drop:mid', 'error:mid'])('throws when a stream breaks with %s', async (fault) => {
    const stream = client.messages.stream(ask(`[[mock: fault=${fault}]]`));
    await expect(stream.finalMessage()).rejects.toThrow();
  });
});
