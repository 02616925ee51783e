import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

let mock: MockUpstream;
beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
});
afterAll(() => mock.close());

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(mock.url + path, { method: 'POST', body: JSON.stringify(body) });
const fn = {
  type: 'function',
  function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
};
const PROMPT = '[[mock: think=1 sayToo text="two words" chunks=2 tool=2 tokens=9 in=100 cached=60]]';
const conversation = { model: 'm', messages: [{ role: 'user', content: PROMPT }], tools: [fn] };

describe('Cohere', () => {
  const usage = {
    billed_units: { input_tokens: 157, output_tokens: 9 },
    tokens: { input_tokens: 160, output_tokens: 9 },
    cached_tokens: 60,
  };

  it('thinks, plans and calls in one answer', async () => {
    const answer = await (await post('/v2/chat', conversation)).json();
    expect(answer).toMatchObject({
      finish_reason: 'TOOL_CALL',
      message: {
        role: 'assistant',
        content: [{ type: 'thinking', thinking: expect.stringContaining('Thinking') as unknown }],
        tool_plan: 'two words',
        tool_calls: [
          { type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
          { type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
        ],
      },
      usage,
    });
  });

  it('streams the same in its events', async () => {
    const text = await (await post('/v2/chat', { ...conversation, stream: true })).text();
    const events = text
      .trim()
      .split('\n\n')
      .map((block) => block.split('\n').map((line) => line.slice(line.indexOf(':') + 2)) as [string, string]);
    const datas = events.map(([, data]) => JSON.parse(data) as { type: string; index?: number });
    expect(datas.map((data) => data.type)).toEqual(events.map(([name]) => name));
    expect(events.map(([name]) => name).join(' ')).toBe(
      [
        'message-start content-start content-delta content-delta content-end tool-plan-delta tool-plan-delta',
        'tool-call-start tool-call-delta tool-call-delta tool-call-delta tool-call-end',
        'tool-call-start tool-call-delta tool-call-delta tool-call-delta tool-call-end message-end',
      ].join(' '),
    );
    expect(datas.at(-1)).toMatchObject({ delta: { finish_reason: 'TOOL_CALL', usage } });
  });
});

describe('Ollama', () => {
  const message = {
    role: 'assistant',
    content: 'two words',
    thinking: expect.stringContaining('Thinking') as unknown,
    tool_calls: [
      { function: { name: 'f', arguments: { a: 1 } } },
      { function: { name: 'f', arguments: { a: 1 } } },
    ],
  };
  const counts = { done: true, done_reason: 'stop', prompt_eval_count: 160, eval_count: 9 };

  it('answers whole when told so', async () => {
    expect(await (await post('/api/chat', { ...conversation, stream: false })).json()).toMatchObject({
      message,
      ...counts,
    });
  });

  it('streams lines unless told otherwise', async () => {
    const answer = await post('/api/chat', conversation);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { done: boolean; message: { content: string } });
    expect(lines.map((line) => line.done)).toEqual([...lines.slice(1).map(() => false), true]);
    expect(lines.map((line) => line.message.content).join('')).toBe('two words');
    expect(lines.at(-1)).toMatchObject(counts);
  });

  it('tells its errors in one word', async () => {
    const answer = await post('/api/chat', { ...conversation, tools: undefined, temperature: 1 });
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'unknown field "temperature"' }]);
  });
});
