import Anthropic from '@anthropic-ai/sdk';
import { until } from '@turnpike/testing';
import { anthropicClient, rejectionOf } from '../stage/clients';
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
  seeingAliasFor,
  seesImages,
  SIGNING,
  thoughtsIn,
  UPSTREAMS,
} from './open-matrix';

const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather of a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const BREAKS = ['eof:mid', 'drop:mid', 'error:mid'];

let stage: Stage;
let client: Anthropic;

beforeAll(async () => {
  stage = await openMatrix([400, 401, 429, 500, 529, ...BREAKS]);
  client = anthropicClient(stage);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');

describe.each(UPSTREAMS)('the Anthropic SDK in front of a %s provider', (upstream) => {
  const model = aliasFor(upstream);
  const cached = reportsCache(upstream) ? 60 : 0;
  const USAGE = { input_tokens: 160 - cached, cache_read_input_tokens: cached, output_tokens: 9 };
  const params = (
    prompt: string,
    extra: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
  ): Anthropic.MessageCreateParamsNonStreaming => ({
    model,
    max_tokens: 4096,
    messages: [{ role: 'user', content: prompt }],
    ...extra,
  });

  it('gets text, stop reason and usage', async () => {
    const { data, response } = await client.messages
      .create(params('[[mock: text="ü漢字🙂 \\"q\\"\\n done" tokens=9 in=100 cached=60]]'))
      .withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'ü漢字🙂 "q"\n done' }],
    });
    expect(data.usage).toMatchObject(USAGE);
    expect(response.headers.get('x-turnpike-lane')).toBe(
      upstream === 'messages' ? 'passthrough' : 'translate',
    );
    const record = await readTrace(stage, String(response.headers.get('x-turnpike-call-id')));
    expect(record.attempts).toMatchObject([
      {
        provider: upstream,
        status: 200,
        state: 'measured',
        tokens: { input: USAGE.input_tokens, cacheRead: USAGE.cache_read_input_tokens, output: 9 },
      },
    ]);
    expect(response.headers.get('x-turnpike-cost-usd')).toBe(record.costUsd);
  });

  it('streams the same answer through the helper', async () => {
    const stream = client.messages.stream(
      params('[[mock: text="ü漢字🙂 streamed" chunks=7 splitBytes=5 tokens=9 in=100 cached=60]]'),
    );
    const pieces: string[] = [];
    stream.on('text', (piece) => pieces.push(piece));
    const final = await stream.finalMessage();
    expect(textOf(final)).toBe('ü漢字🙂 streamed');
    expect(pieces.join('')).toBe('ü漢字🙂 streamed');
    expect(final.usage).toMatchObject(USAGE);
  });

  it('iterates raw events in their grammar', async () => {
    const stream = await client.messages.create({ ...params('[[mock: chunks=3 think=0]]'), stream: true });
    const types: string[] = [];
    for await (const event of stream) if ((event.type as string) !== 'ping') types.push(event.type);
    const deltas = types.filter((type) => type === 'content_block_delta');
    expect(deltas.length).toBeGreaterThan(0);
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      ...deltas,
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it.each([false, true])(
    'takes parallel tool calls and gives their results back (stream %s)',
    async (stream) => {
      const first = params(
        `[[mock: id=par-${upstream}-${stream} tool=2 interleave sayToo toolArgs="{\\"city\\":\\"Paris\\"}"]]`,
        { tools: [weather] },
      );
      const answer = stream
        ? await client.messages.stream(first).finalMessage()
        : await client.messages.create(first);
      expect(answer.stop_reason).toBe('tool_use');
      // Cohere has no place for words beside calls but its plan, which is thinking to others.
      if (upstream !== 'cohere') expect(textOf(answer)).toContain('Reply');
      const calls = answer.content.filter((block) => block.type === 'tool_use');
      expect(calls.map((call) => call.input)).toEqual([{ city: 'Paris' }, { city: 'Paris' }]);
      const results = calls.map((call, i): Anthropic.ToolResultBlockParam => ({
        type: 'tool_result',
        tool_use_id: call.id,
        content: [
          { type: 'text', text: `result ${i}` },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
        ],
        is_error: i === 1,
      }));
      const second = await client.messages.create({
        ...first,
        messages: [
          ...first.messages,
          { role: 'assistant', content: answer.content },
          { role: 'user', content: results.reverse() },
        ],
      });
      expect(second.stop_reason).toBe('end_turn');
      const images = seesImages(upstream) ? 2 : 0;
      expect(mockOf(stage, upstream).journal.last()?.raw.split(PNG)).toHaveLength(images + 1);
    },
  );

  it.each([false, true])('runs the tool runner to its end (stream %s)', async (stream) => {
    const asked: unknown[] = [];
    const runner = client.beta.messages.toolRunner({
      model,
      max_tokens: 1000,
      stream,
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

  it.each([false, true])(
    'thinks, and its signed thinking survives a tool loop (stream %s)',
    async (stream) => {
      const id = `th-${upstream}-${stream}`;
      const first = params(`[[mock: id=${id} think=1 tool=1]]`, {
        tools: [weather],
        thinking: { type: 'enabled', budget_tokens: 2048 },
      });
      const answer = stream
        ? await client.messages.stream(first).finalMessage()
        : await client.messages.create(first);
      const thinking = answer.content[0];
      expect(thinking).toMatchObject({
        type: 'thinking',
        thinking: `Thinking about ${id}, step 1.`,
        signature: someText,
      });
      const call = answer.content.find((block) => block.type === 'tool_use');
      const second = await client.messages.create({
        ...first,
        messages: [
          ...first.messages,
          { role: 'assistant', content: answer.content },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: String(call?.id), content: 'sunny' }],
          },
        ],
      });
      expect(second.stop_reason).toBe('end_turn');
      expect(second.content.at(-1)?.type).toBe('text');
      const seen = mockOf(stage, upstream).journal.of(id);
      expect(seen.map((entry) => entry.complaint)).toEqual([undefined, undefined]);
      if (SIGNING.includes(upstream)) expect(thoughtsIn(seen[1]?.raw ?? '')).toBeGreaterThan(0);
    },
  );

  it('sends an image', async () => {
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'text', text: 'What is this?' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    ];
    const message = await client.messages.create({
      model: seeingAliasFor(upstream),
      max_tokens: 500,
      messages: [{ role: 'user', content }],
    });
    expect(textOf(message)).toContain('I received 1 image');
  });

  it('gets structured output', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const message = await client.messages.create(
      params('Describe "Oslo".', { output_config: { format: { type: 'json_schema', schema } } }),
    );
    expect(JSON.parse(textOf(message))).toEqual({ name: 'Oslo' });
    expect(message.stop_reason).toBe('end_turn');
  });

  it('stops at the length', async () => {
    const message = await client.messages.create(params('Tell me a lot.', { max_tokens: 20 }));
    expect(message.stop_reason).toBe('max_tokens');
    expect(message.usage.output_tokens).toBe(20);
  });

  it('counts tokens', async () => {
    const { input_tokens: tokens } = await client.messages.countTokens({
      model,
      messages: [{ role: 'user', content: 'word '.repeat(200) }],
      tools: [weather],
    });
    expect(tokens).toBeGreaterThan(100);
    expect(tokens).toBeLessThan(2000);
  });

  it('aborts: the provider is left within the drain time, the call is on record', async () => {
    const { data: stream, response } = await client.messages
      .create({ ...params(`[[mock: id=abort-m-${upstream} chunks=300 delayMs=30]]`), stream: true })
      .withResponse();
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    stream.controller.abort();
    const entry = await until(() => mockOf(stage, upstream).journal.of(`abort-m-${upstream}`)[0], {
      what: 'the request',
    });
    await until(() => entry.callerLeftAtMs, { limitMs: 5_000, what: 'the end of the upstream stream' });
    const record = await readTrace(stage, String(response.headers.get('x-turnpike-call-id')));
    expect(record.attempts).toMatchObject([{ state: 'estimated' }]);
  });

  it.each([
    [400, Anthropic.BadRequestError, 400],
    [401, Anthropic.InternalServerError, 502],
    [429, Anthropic.RateLimitError, 429],
    [500, Anthropic.InternalServerError, 502],
    [529, Anthropic.InternalServerError, 529],
  ])('throws the typed error when the provider says %i', async (fault, type, status) => {
    const faulty = faultyModel(upstream, fault);
    const error = await rejectionOf(
      client.messages.create(
        params(`[[mock: fault=${fault} limit=seconds waitMs=7000 message="no luck"]]`, { model: faulty }),
      ),
    );
    expect(error).toBeInstanceOf(type);
    if (!(error instanceof Anthropic.APIError)) return;
    expect(error.status).toBe(status);
    expect(error.error).toMatchObject({
      type: 'error',
      request_id: someText,
      error: { message: someText, turnpike: { layer: 'provider', attempts: [{ status: fault }] } },
    });
    expect((error.headers as Headers | undefined)?.get('retry-after') ?? undefined).toEqual(
      fault === 429 || fault === 529 ? expect.stringMatching(/^[67]$/) : undefined,
    );
  });

  it('throws in the middle of a stream that breaks', async () => {
    for (const fault of BREAKS) {
      const stream = client.messages.stream({
        ...params(`[[mock: fault=${fault} chunks=8]]`),
        model: faultyModel(upstream, fault),
      });
      expect(await rejectionOf(stream.finalMessage())).toBeInstanceOf(Anthropic.AnthropicError);
    }
  });
});

describe('the Anthropic SDK and the gateway itself', () => {
  it('401 for an unknown key', async () => {
    expect(await rejectionOf(anthropicClient(stage, 'tpk_nope').models.list())).toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
  });

  it('404 for an unknown model', async () => {
    const error = await rejectionOf(
      client.messages.create({
        model: 'no-such-model',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'x' }],
      }),
    );
    expect(error).toBeInstanceOf(Anthropic.NotFoundError);
    expect(error).toMatchObject({
      error: { error: { type: 'not_found_error', turnpike: { reason: 'model_unknown' } } },
    });
  });

  it('lists the aliases and retrieves one', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(['via-chat', 'via-messages']));
    expect(await client.models.retrieve('via-messages')).toMatchObject({ id: 'via-messages', type: 'model' });
  });
});
