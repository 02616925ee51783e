import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { createSseParser, NO_USAGE, unfoldResponse, type ChatResponse } from '@turnpike/protocol';
import { createCompletionStreamEncoder, decodeCompletionRequest, encodeCompletion } from '.';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 10 };
const said = (text: string, more: Partial<ChatResponse> = {}): ChatResponse => ({
  parts: [
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text },
  ],
  stop: 'end',
  usage: { ...NO_USAGE, input: 3, output: 4 },
  ...more,
});

describe('decodeCompletionRequest', () => {
  it('asks a chat model the prompt as one user turn', () => {
    const read = decodeCompletionRequest({
      model: 'm',
      prompt: 'p',
      max_tokens: 5,
      temperature: 0.5,
      stop: ['x'],
      n: 2,
      best_of: 3,
      logprobs: 2,
      echo: true,
      stream: true,
      stream_options: { include_usage: true },
      min_p: 0.1,
    });
    expect(read).toMatchObject({
      prompts: ['p'],
      echo: true,
      losses: ['dropped:best_of', 'dropped:logprobs'],
      chats: [
        {
          model: 'm',
          turns: [{ role: 'user', parts: [{ kind: 'text', text: 'p' }] }],
          maxTokens: 5,
          temperature: 0.5,
          stop: ['x'],
          choices: 2,
          stream: true,
          includeUsage: true,
          native: { min_p: 0.1 },
        },
      ],
    });
    expect(read.chats[0]?.logprobs).toBeUndefined();
  });

  it('asks once for each of several prompts', () => {
    const { chats, echo, losses } = decodeCompletionRequest({ model: 'm', prompt: ['a', 'b'] });
    expect([chats.length, echo, losses]).toEqual([2, false, []]);
  });

  it.each<[string, JsonObject, string, string]>([
    ['no prompt', {}, 'invalid_request', 'prompt'],
    ['null', { prompt: null }, 'invalid_request', 'prompt'],
    ['an empty prompt', { prompt: '' }, 'invalid_request', 'prompt'],
    ['an empty list', { prompt: [] }, 'invalid_request', 'prompt'],
    ['an object', { prompt: {} }, 'invalid_request', 'prompt'],
    ['token ids', { prompt: [1, 2] }, 'unsupported_content', 'prompt'],
    ['lists of token ids', { prompt: [[1], [2]] }, 'unsupported_content', 'prompt'],
    ['too many prompts', { prompt: Array<string>(65).fill('a') }, 'unsupported_content', 'prompt'],
    ['several prompts in a stream', { prompt: ['a', 'b'], stream: true }, 'unsupported_content', 'prompt'],
    ['a suffix', { prompt: 'a', suffix: 'z' }, 'unsupported_content', 'suffix'],
    ['best_of below n', { prompt: 'a', n: 3, best_of: 2 }, 'invalid_request', 'best_of'],
    ['a word for echo', { prompt: 'a', echo: 'yes' }, 'invalid_request', 'echo'],
    ['a wrong temperature', { prompt: 'a', temperature: 9 }, 'invalid_request', 'temperature'],
  ])('refuses %s', (_, body, reason, param) => {
    const act = (): unknown => decodeCompletionRequest({ model: 'm', ...body });
    expect(act).toThrow(GatewayError);
    expect(act).toThrow(expect.objectContaining({ reason, details: { param } }) as Error);
  });
});

describe('encodeCompletion', () => {
  it('numbers the choices of all prompts and adds up what they cost', () => {
    const answers = [
      {
        response: said('A', {
          others: [{ choice: 1, parts: [{ kind: 'text', text: 'B' }], stop: 'length' }],
        }),
        prefix: 'p',
      },
      { response: said('C', { stop: 'filtered' }), prefix: '' },
    ];
    expect(encodeCompletion(answers, VIEW)).toEqual({
      id: 'cmpl-1',
      object: 'text_completion',
      created: 5,
      model: 'alias',
      choices: [
        { text: 'pA', index: 0, logprobs: null, finish_reason: 'stop' },
        { text: 'pB', index: 1, logprobs: null, finish_reason: 'length' },
        { text: 'C', index: 2, logprobs: null, finish_reason: 'content_filter' },
      ],
      usage: expect.objectContaining({ prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 }) as object,
    });
  });

  it('is no answer when the model ended in an error', () => {
    expect(() => encodeCompletion([{ response: said('', { stop: 'error' }), prefix: '' }], VIEW)).toThrow(
      GatewayError,
    );
  });
});

describe('createCompletionStreamEncoder', () => {
  const write = (response: ChatResponse, prefix = '', view = VIEW): JsonObject[] => {
    const encoder = createCompletionStreamEncoder(view, prefix);
    const text = unfoldResponse(response)
      .flatMap((event) => encoder.push(event))
      .join('');
    const events = createSseParser().push(Buffer.from(text));
    expect(events.at(-1)?.data).toBe('[DONE]');
    return events.slice(0, -1).map(({ data }) => JSON.parse(data) as JsonObject);
  };
  const chunk = (text: string, finish_reason: string | null, index = 0): object => ({
    id: 'cmpl-1',
    object: 'text_completion',
    created: 5,
    model: 'alias',
    choices: [{ text, index, logprobs: null, finish_reason }],
    usage: null,
  });

  it('writes text, finish, usage and [DONE]', () => {
    expect(write(said('hi'))).toEqual([
      chunk('hi', null),
      chunk('', 'stop'),
      expect.objectContaining({
        choices: [],
        usage: expect.objectContaining({ prompt_tokens: 3, completion_tokens: 4 }) as object,
      }),
    ]);
  });

  it('begins with the prompt where that was asked for, even without an answer', () => {
    expect(write(said('hi'), 'Say ').slice(0, 2)).toEqual([chunk('Say ', null), chunk('hi', null)]);
    expect(write({ parts: [], stop: 'length' }, 'Say ').slice(0, 2)).toEqual([
      chunk('Say ', null),
      chunk('', 'length'),
    ]);
  });

  it('says nothing of usage to a client that did not ask', () => {
    const written = write(said('hi'), '', { ...VIEW, includeUsage: false });
    expect(written.every((each) => !('usage' in each))).toBe(true);
  });
});
