import { until } from '@turnpike/testing';
import { openOperations, sendJson, tellerOf, type OperationsFixture, type Teller } from './open-operations';

const chatAnswer = (content: string, finish_reason = 'stop'): object => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'real',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
});
const chunk = (choices: readonly object[], more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'real', choices, ...more })}\n\n`;
const chatStream = (...texts: readonly string[]): string =>
  [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
    ...texts.map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
    chunk([], { usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } }),
    'data: [DONE]\n\n',
  ].join('');

interface Completion {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly { text: string; index: number; finish_reason: string | null }[];
  readonly usage?: object | null;
}

const eventsOf = (text: string): Completion[] =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)) as Completion);

describe('legacy completions', () => {
  let fixture: OperationsFixture;
  let chat: Teller;
  let native: Teller;
  let claude: Teller;
  const ask = (model: string, body: object): Promise<Response> =>
    fixture.post('/v1/completions', { model, ...body });
  const answered = async (model: string, body: object): Promise<Completion> =>
    (await (await ask(model, body)).json()) as Completion;

  beforeAll(async () => {
    fixture = await openOperations({
      use: { chat: 'openai-compatible', native: 'vllm', claude: 'anthropic-compatible' },
      models: {
        chat: ['chat/c1'],
        native: ['native/n1'],
        claude: ['claude/a1'],
        both: ['native/n1', 'chat/c1'],
      },
      prices: [{ provider: 'chat', model: 'c1', inputPerMTok: '2', outputPerMTok: '4' }],
    });
    chat = tellerOf(fixture, 'chat');
    native = tellerOf(fixture, 'native');
    claude = tellerOf(fixture, 'claude');
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => expect(fixture.plane.observer.defects).toEqual([]));

  it('pass through to models that complete texts', async () => {
    const answer = {
      id: 'x',
      object: 'text_completion',
      choices: [{ text: ' world', index: 0, logprobs: { tokens: [] }, finish_reason: 'length' }],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    };
    native.answer = (_, response) => sendJson(response, answer);
    const body = { prompt: [1, 2], suffix: 's', echo: true, logprobs: 3 };
    expect(await answered('native', body)).toEqual(answer);
    expect(native.told).toMatchObject([{ path: '/v1/completions', json: { ...body, model: 'n1' } }]);
    await until(() => fixture.plane.ledger.calls.length === 1);
    expect(fixture.plane.ledger.calls[0]).toMatchObject({
      operation: 'completions',
      attempts: [{ lane: 'passthrough', usage: { input: 1, output: 2 } }],
    });
  });

  it.each([
    ['hidden from clients that did not ask', {}, 1],
    ['shown to those that did', { stream_options: { include_usage: true } }, 2],
  ])('stream through, with usage %s', async (_, more, events) => {
    const text =
      'data: {"object":"text_completion","choices":[{"text":"hi","index":0,"finish_reason":"stop"}]}\n\n';
    const usage =
      'data: {"object":"text_completion","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n';
    native.answer = (__, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`${text}${usage}data: [DONE]\n\n`);
    const response = await ask('native', { prompt: 'a', stream: true, ...more });
    const sent = await response.text();
    expect(eventsOf(sent)).toHaveLength(events);
    expect(sent.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(native.told[0]?.json).toMatchObject({ stream_options: { include_usage: true } });
    await until(() => fixture.plane.ledger.calls.length === 1);
    expect(fixture.plane.ledger.calls[0]).toMatchObject({ attempts: [{ usage: { input: 1, output: 2 } }] });
  });

  it('are asked of a chat model as one turn', async () => {
    chat.answer = (_, response) => sendJson(response, chatAnswer('world', 'length'));
    const response = await ask('chat', { prompt: 'hello ', max_tokens: 9, temperature: 0.5, echo: true });
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^cmpl-[0-9a-f]{32}$/) as string,
      object: 'text_completion',
      created: expect.any(Number) as number,
      model: 'chat',
      choices: [{ text: 'hello world', index: 0, logprobs: null, finish_reason: 'length' }],
      usage: expect.objectContaining({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }) as object,
    });
    expect(response.headers.get('x-turnpike-lane')).toBe('translate');
    expect(response.headers.get('x-turnpike-cost-usd')).toBe('0.000018');
    expect(chat.told).toEqual([
      expect.objectContaining({
        path: '/v1/chat/completions',
        json: {
          model: 'c1',
          messages: [{ role: 'user', content: 'hello ' }],
          max_tokens: 9,
          temperature: 0.5,
        },
      }),
    ]);
  });

  it('stream from a chat model', async () => {
    chat.answer = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatStream('wor', 'ld'));
    const body = { prompt: 'hello ', stream: true, echo: true, stream_options: { include_usage: true } };
    const text = await (await ask('chat', body)).text();
    const events = eventsOf(text);
    expect(events.flatMap(({ choices }) => choices.map((choice) => choice.text)).join('')).toBe(
      'hello world',
    );
    expect(events.every(({ object, id }) => object === 'text_completion' && id === events[0]?.id)).toBe(true);
    expect(events.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 7 } });
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('of another dialect are chats of that dialect', async () => {
    claude.answer = (_, response) =>
      sendJson(response, {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'a1',
        content: [{ type: 'text', text: 'hi' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 3, output_tokens: 1 },
      });
    expect(await answered('claude', { prompt: 'a' })).toMatchObject({ choices: [{ text: 'hi' }] });
    expect(claude.told[0]).toMatchObject({ path: '/v1/messages' });
  });

  it('of several prompts are several chats of one attempt', async () => {
    chat.answer = (_, response, body) => {
      const { messages } = JSON.parse(body.toString()) as { messages: [{ content: string }] };
      sendJson(response, chatAnswer(`${messages[0].content}!`));
    };
    const { choices, usage } = await answered('chat', { prompt: ['a', 'b', 'c'], echo: true });
    expect(choices.map(({ text, index }) => [text, index])).toEqual([
      ['aa!', 0],
      ['bb!', 1],
      ['cc!', 2],
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 15, completion_tokens: 6 });
    await until(() => fixture.plane.ledger.calls.length === 1);
    expect(fixture.plane.ledger.calls[0]).toMatchObject({
      attempts: [{ usage: { input: 15, output: 6 }, costPicoUsd: 54_000_000n }],
    });
  });

  it.each([
    ['a suffix', { prompt: 'a', suffix: 'z' }, 'suffix'],
    ['token ids', { prompt: [1, 2] }, 'prompt'],
    ['a stream over several prompts', { prompt: ['a', 'b'], stream: true }, 'prompt'],
  ])('with %s are refused where only a chat is there, and not elsewhere', async (_, body, param) => {
    const refused = await ask('chat', body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { param } });
    native.answer = (__, response) => sendJson(response, { choices: [] });
    expect((await ask('both', { ...body, stream: false })).headers.get('x-turnpike-provider')).toBe('native');
  });

  it('go on to a chat when a native model is down', async () => {
    native.answer = (_, response) => sendJson(response, { error: { message: 'down' } }, 500);
    chat.answer = (_, response) => sendJson(response, chatAnswer('x'));
    expect(await answered('both', { prompt: 'a' })).toMatchObject({ choices: [{ text: 'x' }] });
  });
});
