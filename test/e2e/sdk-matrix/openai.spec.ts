import OpenAI from 'openai';
import { until } from '@turnpike/testing';
import { openaiClient, rejectionOf } from '../stage/clients';
import { someText } from '../stage/matchers';
import { readTrace } from '../stage/read-trace';
import type { Stage } from '../stage/stage';
import { mockOf } from '../stage/stage';
import {
  aliasFor,
  faultyModel,
  openMatrix,
  PNG,
  reportsCache,
  reportsThinking,
  seeingAliasFor,
  SIGNING,
  thoughtsIn,
  UPSTREAMS,
} from './open-matrix';

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const BREAKS = ['eof:mid', 'drop:mid', 'error:mid'];

let stage: Stage;
let client: OpenAI;

beforeAll(async () => {
  stage = await openMatrix([400, 401, 429, 500, 529, ...BREAKS]);
  client = openaiClient(stage);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

const user = (content: string): OpenAI.ChatCompletionMessageParam => ({ role: 'user', content });

describe.each(UPSTREAMS)('the OpenAI SDK in front of a %s provider', (upstream) => {
  const model = aliasFor(upstream);
  const ask = (prompt: string, extra: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) =>
    client.chat.completions.create({ model, messages: [user(prompt)], ...extra });

  it('gets text, stop reason and usage', async () => {
    const { data, response } = await ask(
      '[[mock: text="ü漢字🙂 \\"q\\"\\n done" tokens=9 in=100 cached=60]]',
    ).withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ü漢字🙂 "q"\n done' } },
      ],
    });
    expect(data.usage).toMatchObject({
      prompt_tokens: 160,
      completion_tokens: 9,
      total_tokens: 169,
      prompt_tokens_details: { cached_tokens: reportsCache(upstream) ? 60 : 0 },
    });
    expect(response.headers.get('x-turnpike-lane')).toBe(upstream === 'chat' ? 'passthrough' : 'translate');
    expect(response.headers.get('x-turnpike-attempts')).toBe('1');
    const record = await readTrace(stage, String(response.headers.get('x-turnpike-call-id')));
    expect(record.attempts).toMatchObject([
      {
        provider: upstream,
        status: 200,
        state: 'measured',
        tokens: reportsCache(upstream)
          ? { input: 100, cacheRead: 60, output: 9 }
          : { input: 160, cacheRead: 0, output: 9 },
      },
    ]);
    expect(response.headers.get('x-turnpike-cost-usd')).toBe(record.costUsd);
  });

  it('streams the same answer through the helper', async () => {
    const stream = client.chat.completions.stream({
      model,
      messages: [user('[[mock: text="ü漢字🙂 streamed" chunks=7 splitBytes=5 tokens=9 in=100]]')],
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on('content', (piece) => pieces.push(piece));
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'ü漢字🙂 streamed' },
    });
    expect(pieces.join('')).toBe('ü漢字🙂 streamed');
    expect(final.usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 9 });
  });

  it('iterates raw chunks: one role, one finish, usage only when asked', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: [user('[[mock: chunks=5]]')],
      stream: true,
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks.filter((chunk) => chunk.choices[0]?.delta.role)).toHaveLength(1);
    expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason)).toHaveLength(1);
    expect(chunks.filter((chunk) => chunk.usage)).toEqual([]);
    expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
  });

  it.each([false, true])(
    'takes parallel tool calls and gives their results back (stream %s)',
    async (stream) => {
      const messages = [
        user(
          `[[mock: id=par-${upstream}-${stream} tool=2 sayToo toolArgs="{\\"city\\":\\"Paris\\",\\"n\\":9007199254740993}"]]`,
        ),
      ];
      const params = { model, messages, tools: [weather] };
      const first = stream
        ? await client.chat.completions.stream(params).finalChatCompletion()
        : await client.chat.completions.create(params);
      const choice = first.choices[0];
      expect(choice?.finish_reason).toBe('tool_calls');
      // Cohere has no place for words beside calls but its plan, which is thinking to others.
      if (upstream !== 'cohere') expect(choice?.message.content).toContain('Reply');
      const calls = (choice?.message.tool_calls ?? []).filter((call) => call.type === 'function');
      expect(calls.map((call) => call.function.arguments.replace(/\s/g, ''))).toEqual(
        Array(2).fill('{"city":"Paris","n":9007199254740993}'),
      );
      const second = await client.chat.completions.create({
        ...params,
        messages: [
          ...messages,
          { role: 'assistant', content: choice?.message.content ?? null, tool_calls: calls },
          ...calls
            .map((call, i) => ({ role: 'tool' as const, tool_call_id: call.id, content: `result ${i}` }))
            .reverse(),
        ],
      });
      expect(second.choices[0]?.finish_reason).toBe('stop');
    },
  );

  it('runs the tool runner to its end', async () => {
    const asked: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model,
      stream: true,
      messages: [user('Please use the tool for "Paris".')],
      tools: [
        {
          type: 'function',
          function: {
            ...weather.function,
            parse: (input: string): { city: string } => JSON.parse(input) as { city: string },
            function: (input: { city: string }) => {
              asked.push(input);
              return `sunny in ${input.city}`;
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('sunny in Paris');
    expect(asked).toEqual([{ city: 'Paris' }]);
  });

  describe('thinking', () => {
    const params = {
      model,
      messages: [user('[[mock: id=th think=1 text=thought tokens=9]]')],
      reasoning_effort: 'medium' as const,
      max_completion_tokens: 20_000,
    };
    // A Chat request cannot ask for a summary, and Responses shows none unasked.
    const shown = upstream === 'responses' ? {} : { reasoning_content: 'Thinking about th, step 1.' };

    it('is in a whole answer', async () => {
      const completion = await client.chat.completions.create(params);
      expect(completion.choices[0]?.message).toMatchObject({ content: 'thought', ...shown });
      expect(completion.usage?.completion_tokens_details?.reasoning_tokens).toBe(
        reportsThinking(upstream) ? 3 : 0,
      );
    });

    it('is in a stream, before the text', async () => {
      const pieces: string[] = [];
      const stream = await client.chat.completions.create({ ...params, stream: true });
      for await (const chunk of stream) {
        const delta = chunk.choices[0]?.delta as { content?: string | null; reasoning_content?: string };
        pieces.push(delta.reasoning_content ?? delta.content ?? '');
      }
      expect(pieces.join('')).toBe(`${shown.reasoning_content ?? ''}thought`);
    });

    it('goes back with the conversation, put away or not', async () => {
      const id = `thought-c-${upstream}`;
      const messages = [user(`[[mock: id=${id} think=1 tool=1 text="First."]]`)];
      const asks = { ...params, messages, tools: [weather] };
      const call = (await client.chat.completions.create(asks)).choices[0]?.message;
      if (!call) throw new Error('no answer');
      const results = (call.tool_calls ?? []).map((made) => ({
        role: 'tool' as const,
        tool_call_id: made.id,
        content: 'sunny there',
      }));
      messages.push(call, ...results);
      const answer = (await client.chat.completions.create(asks)).choices[0]?.message;
      if (!answer) throw new Error('no answer');
      messages.push(answer, user(`[[mock: id=${id} text="Second."]]`));
      const again = JSON.parse(JSON.stringify(messages)) as typeof messages;
      const last = await client.chat.completions.create({ ...asks, messages: again });
      expect(last.choices[0]?.message.content).toBe('Second.');
      const seen = mockOf(stage, upstream).journal.of(id);
      expect(seen.map(({ complaint, raw }) => complaint ?? raw.split('sunny there').length - 1)).toEqual([
        0, 1, 1,
      ]);
      if ([...SIGNING, 'chat'].includes(upstream)) expect(thoughtsIn(seen[1]?.raw ?? '')).toBeGreaterThan(0);
    });
  });

  it('sends an image', async () => {
    const content: OpenAI.ChatCompletionContentPart[] = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
    ];
    const completion = await client.chat.completions.create({
      model: seeingAliasFor(upstream),
      messages: [{ role: 'user', content }],
    });
    expect(completion.choices[0]?.message.content).toContain('I received 1 image');
    expect(mockOf(stage, upstream).journal.last()?.raw).toContain(PNG);
  });

  it('gets structured output', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, size: { type: 'integer' } },
      required: ['name', 'size'],
      additionalProperties: false,
    };
    const completion = await ask('Describe "Oslo".', {
      response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } },
    });
    expect(JSON.parse(String(completion.choices[0]?.message.content))).toEqual({ name: 'Oslo', size: 1 });
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
    expect(completion.choices[0]?.finish_reason).toBe('stop');
  });

  it('stops at the length', async () => {
    const completion = await ask('Tell me a lot.', { max_completion_tokens: 20 });
    expect(completion.choices[0]?.finish_reason).toBe('length');
    expect(completion.usage?.completion_tokens).toBe(20);
  });

  it('aborts: the provider is left within the drain time, the call is on record', async () => {
    const { data: stream, response } = await client.chat.completions
      .create({
        model,
        messages: [user(`[[mock: id=abort-c-${upstream} chunks=300 delayMs=30]]`)],
        stream: true,
      })
      .withResponse();
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    const entry = await until(() => mockOf(stage, upstream).journal.of(`abort-c-${upstream}`)[0], {
      what: 'the request',
    });
    await until(() => entry.callerLeftAtMs, { limitMs: 5_000, what: 'the end of the upstream stream' });
    const record = await readTrace(stage, String(response.headers.get('x-turnpike-call-id')));
    expect(record.attempts).toMatchObject([{ state: 'estimated' }]);
    expect((await ask('[[mock: text=again]]')).choices[0]?.message.content).toBe('again');
  });

  it.each([
    [400, OpenAI.BadRequestError, 400, 'provider'],
    [401, OpenAI.InternalServerError, 502, 'provider'],
    [429, OpenAI.RateLimitError, 429, 'provider'],
    [500, OpenAI.InternalServerError, 502, 'provider'],
    [529, OpenAI.InternalServerError, 503, 'provider'],
  ])('throws the typed error when the provider says %i', async (fault, type, status, layer) => {
    const faulty = faultyModel(upstream, fault);
    const error = await rejectionOf(
      ask(`[[mock: fault=${fault} limit=seconds waitMs=7000 message="no luck"]]`, { model: faulty }),
    );
    expect(error).toBeInstanceOf(type);
    if (!(error instanceof OpenAI.APIError)) return;
    expect(error.status).toBe(status);
    expect(error.error).toMatchObject({
      message: someText,
      turnpike: { layer, attempts: [{ status: fault }] },
    });
    expect((error.headers as Headers | undefined)?.get('retry-after') ?? undefined).toEqual(
      fault === 429 || fault === 529 ? expect.stringMatching(/^[67]$/) : undefined,
    );
  });

  it('throws in the middle of a stream that breaks', async () => {
    for (const fault of BREAKS) {
      const stream = await client.chat.completions.create({
        model: faultyModel(upstream, fault),
        messages: [user(`[[mock: fault=${fault} chunks=8]]`)],
        stream: true,
      });
      const error = await rejectionOf(
        (async () => {
          for await (const _chunk of stream) continue;
        })(),
      );
      expect(error).toBeInstanceOf(OpenAI.APIError);
    }
  });
});

describe('the OpenAI SDK and the gateway itself', () => {
  it('401 for an unknown key', async () => {
    const error = await rejectionOf(openaiClient(stage, 'tpk_nope').models.list());
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it('404 for an unknown model', async () => {
    const error = await rejectionOf(
      client.chat.completions.create({ model: 'no-such-model', messages: [user('x')] }),
    );
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({
      code: 'model_not_found',
      error: { turnpike: { layer: 'routing', reason: 'model_unknown' } },
    });
  });

  it('lists the aliases and retrieves one', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(['via-chat', 'via-messages']));
    expect(await client.models.retrieve('via-chat')).toMatchObject({ id: 'via-chat', object: 'model' });
  });
});
