import OpenAI from 'openai';
import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;
type Item = OpenAI.Responses.ResponseInputItem;

const weather: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const REASONS = {
  reasoning: { effort: 'high', summary: 'auto' },
  include: ['reasoning.encrypted_content'],
  store: false,
} satisfies Partial<Params>;

let mock: MockUpstream;
let client: OpenAI;
const clientOf = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${mock.url}/v1`, maxRetries: 0 });

beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
  client = clientOf('key');
});
afterAll(() => mock.close());

const both = async (params: Params): Promise<OpenAI.Responses.Response[]> => [
  await client.responses.create(params),
  await client.responses.stream({ ...params, stream: true }).finalResponse(),
];
/** The SDK adds members of its own to what it gathers from a stream. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member: unknown) =>
      /^(?:parsed|parsed_arguments|output_parsed|created_at|completed_at|output_text)$/.test(name)
        ? undefined
        : member,
    ),
  );

describe('the OpenAI SDK against Responses of the mock', () => {
  it.each([
    'hi [[mock: id=same text="ü漢字🙂 done" tokens=9 in=100 cached=60 chunks=7]]',
    '[[mock: think=2 redacted=1 sayToo tool=2 text=look]]',
    '[[mock: image=1 text="a picture"]]',
    '[[mock: stop=length text=cut]]',
    '[[mock: fault=empty]]',
    'What is a gateway?',
  ])('gets the same answer whole and streamed: %s', async (input) => {
    const [whole, streamed] = await both({ model: 'm', input, tools: [weather], ...REASONS });
    expect(plain(streamed)).toEqual(plain(whole));
  });

  it('counts what is cached inside and reasoning inside', async () => {
    const input = '[[mock: text=x tokens=9 reasoning=4 in=100 cached=60 cacheWrite=7]]';
    const { usage } = await client.responses.create({ model: 'm', input });
    expect(usage).toEqual({
      input_tokens: 167,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 7 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 176,
    });
  });

  it('numbers every event and links deltas to their items', async () => {
    const input = '[[mock: think=1 sayToo tool=2 text="two words"]]';
    const stream = await client.responses.create({
      model: 'm',
      input,
      stream: true,
      tools: [weather],
      ...REASONS,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, i) => i));
    const added = events.flatMap((event) =>
      event.type === 'response.output_item.added' ? [event.item] : [],
    );
    const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []));
    expect(added.map((item) => item.type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'function_call',
    ]);
    expect(done.map((item) => item.id)).toEqual(added.map((item) => item.id));
    expect(events.at(-1)?.type).toBe('response.completed');
    for (const event of events)
      if ('item_id' in event)
        expect(event.item_id).toBe(done[(event as { output_index: number }).output_index]?.id);
  });

  it('shows a summary and its seal only when asked', async () => {
    const shy = await client.responses.create({
      model: 'm',
      input: '[[mock: think=1]]',
      reasoning: { effort: 'low' },
    });
    expect(shy.output[0]).toEqual({
      id: expect.stringMatching(/^rs_/) as unknown,
      type: 'reasoning',
      summary: [],
    });
    const open = await client.responses.create({ model: 'm', input: '[[mock: think=2]]', ...REASONS });
    expect(open.output[0]).toMatchObject({ summary: [{ type: 'summary_text' }, { type: 'summary_text' }] });
  });

  it('goes on when the whole history comes back, and refuses what it did not seal', async () => {
    const input: Item[] = [{ role: 'user', content: '[[mock: think=1 tool=1 again]]' }];
    const first = await client.responses.create({ model: 'm', input, tools: [weather], ...REASONS });
    const call = first.output.find((item) => item.type === 'function_call');
    const history: Item[] = [
      ...input,
      ...(first.output as Item[]),
      { type: 'function_call_output', call_id: String(call?.call_id), output: 'sunny' },
      { role: 'user', content: 'and now? [[mock: text=done]]' },
    ];
    const second = await client.responses.create({
      model: 'm',
      input: history,
      tools: [weather],
      ...REASONS,
    });
    expect(second.output_text).toBe('done');
    const other = await createMockUpstream({ name: 'elsewhere' });
    const moved = new OpenAI({ apiKey: 'key', baseURL: `${other.url}/v1`, maxRetries: 0 }).responses.create({
      model: 'm',
      input: history,
      tools: [weather],
      ...REASONS,
    });
    await expect(moved).rejects.toMatchObject({ status: 400, code: 'invalid_encrypted_content' });
    await other.close();
  });

  it('builds on a kept answer of the same credential', async () => {
    const first = await client.responses.create({ model: 'm', input: '[[mock: tool=1]]', tools: [weather] });
    const call = first.output.find((item) => item.type === 'function_call');
    const next: Params = {
      model: 'm',
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: String(call?.call_id), output: 'sunny' }],
      tools: [weather],
    };
    const second = await client.responses.create(next);
    expect(second.status).toBe('completed');
    expect(second.id).not.toBe(first.id);
    await expect(clientOf('other').responses.create(next)).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
    });
  });

  it('keeps nothing when told not to', async () => {
    const { id } = await client.responses.create({ model: 'm', input: 'forget this', store: false });
    const next = client.responses.create({ model: 'm', input: 'more', previous_response_id: id });
    await expect(next).rejects.toMatchObject({ code: 'previous_response_not_found' });
  });

  it('calls free-text tools and tools of a namespace by their kind', async () => {
    const tools: OpenAI.Responses.Tool[] = [
      { type: 'custom', name: 'patch' },
      {
        type: 'namespace',
        name: 'files',
        description: 'Files.',
        tools: [{ type: 'function', name: 'read' }],
      },
    ];
    const input = '[[mock: tool=2]]';
    const [whole, streamed] = await both({ model: 'm', input, tools });
    expect(whole?.output).toMatchObject([
      { type: 'custom_tool_call', name: 'patch', input: 'example' },
      { type: 'function_call', name: 'read', namespace: 'files', arguments: '{}' },
    ]);
    expect(plain(streamed?.output)).toEqual(plain(whole?.output));
  });

  it('refuses in words, and shortens a conversation when asked', async () => {
    mock.script([{ match: { model: 'prim' }, plan: { parts: [{ kind: 'refusal', text: 'no way' }] } }]);
    const [whole, streamed] = await both({ model: 'prim', input: 'x' });
    expect(whole?.output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'no way' }] }]);
    expect(plain(streamed)).toEqual(plain(whole));
    const compacted = await client.responses.create({
      model: 'm',
      input: [{ role: 'user', content: 'long talk' }, { type: 'compaction_trigger' }],
    });
    expect(compacted.output).toMatchObject([
      { type: 'compaction', id: expect.stringMatching(/^cmp_/) as unknown },
    ]);
  });

  it('counts tokens', async () => {
    const count = await client.responses.inputTokens.count({ model: 'm', input: 'x'.repeat(400) });
    expect(count).toEqual({ object: 'response.input_tokens', input_tokens: 101 });
  });

  it('tells an error inside a stream', async () => {
    const stream = await client.responses.create({
      model: 'm',
      stream: true,
      input: '[[mock: fault=error:mid]]',
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.slice(-2)).toMatchObject([
      { type: 'error', code: null, sequence_number: events.length - 2 },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    ]);
  });

  it('sends those who want a web socket to plain requests', async () => {
    const answer = await fetch(`${mock.url}/v1/responses`, { headers: { authorization: 'Bearer key' } });
    expect(answer.status).toBe(426);
  });
});
