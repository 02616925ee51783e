import OpenAI from 'openai';
import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

let mock: MockUpstream;
let client: OpenAI;

beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
  client = new OpenAI({ apiKey: 'key', baseURL: `${mock.url}/v1`, maxRetries: 0 });
});
afterAll(() => mock.close());

const user = (content: string): { role: 'user'; content: string } => ({ role: 'user', content });

describe('the OpenAI SDK against the mock', () => {
  it('gets the same answer whole and streamed', async () => {
    const messages = [user('hi [[mock: id=same text="ü漢字🙂 done" tokens=9 in=100 cached=60 chunks=7]]')];
    const whole = await client.chat.completions.create({ model: 'm', messages });
    const stream = client.chat.completions.stream({
      model: 'm',
      messages,
      stream_options: { include_usage: true },
    });
    const streamed = await stream.finalChatCompletion();
    expect(whole.choices[0]?.message.content).toBe('ü漢字🙂 done');
    expect(streamed.choices[0]?.message.content).toBe('ü漢字🙂 done');
    expect(streamed.usage).toEqual(whole.usage);
    expect(whole.usage).toMatchObject({
      prompt_tokens: 160,
      completion_tokens: 9,
      total_tokens: 169,
      prompt_tokens_details: { cached_tokens: 60 },
    });
  });

  it('streams no usage unless asked', async () => {
    const stream = await client.chat.completions.create({ model: 'm', messages: [user('hi')], stream: true });
    for await (const chunk of stream) expect(chunk.usage ?? null).toBeNull();
  });

  it('repeats itself for the same prompt', async () => {
    const ask = async (): Promise<string | null | undefined> =>
      (await client.chat.completions.create({ model: 'm', messages: [user('What is a gateway?')] }))
        .choices[0]?.message.content;
    const first = await ask();
    expect(first).toContain('What is a gateway?');
    expect(await ask()).toBe(first);
  });

  it('runs a tool loop when the prompt asks for the tool', async () => {
    const asked: string[] = [];
    const runner = client.chat.completions.runTools({
      model: 'm',
      messages: [user('Please use the tool for "Paris".')],
      tools: [
        {
          type: 'function',
          function: {
            ...weather.function,
            parse: (input: string): { city: string } => JSON.parse(input) as { city: string },
            function: ({ city }: { city: string }) => {
              asked.push(city);
              return `sunny in ${city}`;
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('sunny in Paris');
    expect(asked).toEqual(['Paris']);
  });

  it.each(['', 'interleave'])('calls tools in parallel, digit for digit (%s)', async (how) => {
    const stream = client.chat.completions.stream({
      model: 'm',
      messages: [user(`[[mock: tool=2 ${how} toolArgs=${JSON.stringify('{"id":9007199254740993}')}]]`)],
      tools: [weather],
    });
    const message = await stream.finalMessage();
    const calls = message.tool_calls ?? [];
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
    for (const call of calls)
      expect(call.type === 'function' && call.function.arguments).toBe('{"id":9007199254740993}');
  });

  it('fills a JSON schema', async () => {
    const completion = await client.chat.completions.create({
      model: 'm',
      messages: [user('Describe "Oslo".')],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          strict: true,
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, size: { type: 'integer' } },
            required: ['name', 'size'],
            additionalProperties: false,
          },
        },
      },
    });
    expect(JSON.parse(String(completion.choices[0]?.message.content))).toEqual({ name: 'Oslo', size: 1 });
  });

  it('stops at the cap and at a stop sequence', async () => {
    const short = await client.chat.completions.create({
      model: 'm',
      messages: [user('hi')],
      max_completion_tokens: 3,
    });
    expect(short.choices[0]?.finish_reason).toBe('length');
    expect(short.usage?.completion_tokens).toBe(3);
    const stopped = await client.chat.completions.create({
      model: 'm',
      messages: [user('hi')],
      stop: 'answer',
    });
    expect(stopped.choices[0]?.message.content).not.toContain('answer');
  });

  it('thinks, counts images, makes images and several choices', async () => {
    const completion = await client.chat.completions.create({
      model: 'm',
      n: 2,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '[[mock: think=1 image=1 text=look]]' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
      ],
    });
    expect(completion.choices).toHaveLength(2);
    expect(completion.choices[1]?.message).toMatchObject({
      content: 'look',
      reasoning_content: expect.stringContaining('Thinking') as unknown,
      images: [{ type: 'image_url' }],
    });
  });

  it.each([
    [400, OpenAI.BadRequestError],
    [401, OpenAI.AuthenticationError],
    [403, OpenAI.PermissionDeniedError],
    [404, OpenAI.NotFoundError],
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ])('throws the typed error for %i', async (status, type) => {
    const ask = client.chat.completions.create({
      model: 'm',
      messages: [user(`[[mock: fault=${status} limit=seconds waitMs=7000]]`)],
    });
    await expect(ask).rejects.toThrow(type);
    await ask.catch((error: unknown) => {
      if (status === 429 && error instanceof OpenAI.APIError)
        expect((error.headers as Headers | undefined)?.get('retry-after')).toBe('7');
    });
  });

  it('throws on an error event in a stream', async () => {
    const stream = await client.chat.completions.create({
      model: 'm',
      stream: true,
      messages: [user('[[mock: fault=error:mid]]')],
    });
    await expect(
      (async () => {
        for await (const _ of stream);
      })(),
    ).rejects.toThrow();
  });

  it('lists models', async () => {
    expect((await client.models.list()).data.map((model) => model.id)).toEqual(['demo', 'demo-large']);
    expect((await client.models.retrieve('demo')).object).toBe('model');
  });
});
