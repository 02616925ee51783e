import OpenAI from 'openai';
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
  seesImages,
  SIGNING,
  thoughtsIn,
  UPSTREAMS,
} from './open-matrix';

const BREAKS = ['eof:mid', 'drop:mid', 'error:mid'];

type Input = OpenAI.Responses.ResponseInputItem[];

const TOOLS: OpenAI.Responses.FunctionTool[] = [
  {
    type: 'function',
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
    strict: true,
  },
];
const CITY = 'toolArgs="{\\"city\\":\\"Paris\\"}"';
/** Nothing is kept here: the client has the conversation. */
const STATELESS = {
  store: false,
  include: ['reasoning.encrypted_content' as const],
};

let stage: Stage;
let client: OpenAI;

beforeAll(async () => {
  stage = await openMatrix([400, 429, ...BREAKS]);
  client = openaiClient(stage);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

const times = (text: string, part: string): number => text.split(part).length - 1;
const user = (content: string): Input[number] => ({ role: 'user', content });
/** Output as input, without what the client's own parser added. */
const sendable = (answer: OpenAI.Responses.Response): Input =>
  (answer.output as (Input[number] & { parsed_arguments?: unknown })[]).map(
    ({ parsed_arguments: _parsed, ...item }) => item,
  );
const callsIn = (answer: OpenAI.Responses.Response): OpenAI.Responses.ResponseFunctionToolCall[] =>
  answer.output.filter((item) => item.type === 'function_call');

describe.each(UPSTREAMS)('the OpenAI SDK (Responses) in front of a %s provider', (upstream) => {
  const model = aliasFor(upstream);
  const bodies = (id: string): string[] =>
    mockOf(stage, upstream)
      .journal.of(id)
      .map((entry) => {
        expect(entry.complaint).toBeUndefined();
        return entry.raw;
      });

  it('gets text, status and usage', async () => {
    const { data, response } = await client.responses
      .create({
        model,
        ...STATELESS,
        instructions: 'Be brief.',
        input: '[[mock: text="ü漢字🙂 \\"q\\" done" tokens=9 in=100 cached=60]]',
      })
      .withResponse();
    expect([data.status, data.output_text]).toEqual(['completed', 'ü漢字🙂 "q" done']);
    expect(data.usage).toMatchObject({
      input_tokens: 160,
      input_tokens_details: { cached_tokens: reportsCache(upstream) ? 60 : 0 },
      output_tokens: 9,
    });
    expect(mockOf(stage, upstream).journal.last()?.raw).toContain('Be brief.');
    const record = await readTrace(stage, String(response.headers.get('x-turnpike-call-id')));
    expect(record.attempts).toMatchObject([{ provider: upstream, status: 200, state: 'measured' }]);
    expect(response.headers.get('x-turnpike-cost-usd')).toBe(record.costUsd);
  });

  it('streams the same, events in order', async () => {
    const stream = client.responses.stream({
      model,
      ...STATELESS,
      input: '[[mock: text="ü漢字🙂 streamed" chunks=7 splitBytes=5 tokens=9 in=100]]',
    });
    const pieces: string[] = [];
    let sequence = -1;
    for await (const event of stream) {
      expect(event.sequence_number).toBeGreaterThan(sequence);
      sequence = event.sequence_number;
      if (event.type === 'response.output_text.delta') pieces.push(event.delta);
    }
    const final = await stream.finalResponse();
    expect([pieces.join(''), final.output_text]).toEqual(['ü漢字🙂 streamed', 'ü漢字🙂 streamed']);
    expect(final.usage).toMatchObject({ input_tokens: 100, output_tokens: 9 });
  });

  it.each([false, true])('calls parallel tools and shows their images (stream %s)', async (streamed) => {
    const id = `r-${upstream}-${streamed}`;
    const question = user(`[[mock: id=${id} tool=2 sayToo ${CITY} text="It is sunny."]]`);
    const params = { model, ...STATELESS, tools: TOOLS };
    const first = streamed
      ? await client.responses.stream({ ...params, input: [question] }).finalResponse()
      : await client.responses.create({ ...params, input: [question] });
    const calls = callsIn(first);
    expect(calls.map((call) => JSON.parse(call.arguments) as unknown)).toEqual(
      Array(2).fill({ city: 'Paris' }),
    );
    const results = calls.map((call): Input[number] => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: [
        { type: 'input_text', text: 'sunny there' },
        { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' },
      ],
    }));
    const input: Input = [question, ...sendable(first), ...results.reverse()];
    const second = await client.responses.create({ ...params, input });
    expect([second.status, second.output_text]).toEqual(['completed', 'It is sunny.']);
    const [, last = ''] = bodies(id);
    expect([times(last, 'sunny there'), times(last, PNG)]).toEqual([2, seesImages(upstream) ? 2 : 0]);
  });

  it('thinks, and goes on from items that were put away', async () => {
    const id = `r-thought-${upstream}`;
    const params = {
      model,
      ...STATELESS,
      tools: TOOLS,
      reasoning: { effort: 'medium' as const, summary: 'auto' as const },
    };
    const input: Input = [user(`[[mock: id=${id} think=1 tool=1 ${CITY} text="First."]]`)];
    const first = await client.responses.stream({ ...params, input }).finalResponse();
    const [call] = callsIn(first);
    input.push(...sendable(first), {
      type: 'function_call_output',
      call_id: call?.call_id ?? '',
      output: 'sunny there',
    });
    const second = await client.responses.create({ ...params, input });
    expect(second.output_text).toBe('First.');
    input.push(...sendable(second), user(`[[mock: id=${id} text="Second."]]`));
    const again = JSON.parse(JSON.stringify(input)) as Input;
    const third = await client.responses.create({ ...params, input: again });
    expect(third.output_text).toBe('Second.');
    const seen = bodies(id);
    expect(seen.map((body) => times(body, 'sunny there'))).toEqual([0, 1, 1]);
    if (SIGNING.includes(upstream)) expect(thoughtsIn(seen[1] ?? '')).toBeGreaterThan(0);
  });

  it('gets structured output', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const answer = await client.responses.create({
      model,
      ...STATELESS,
      input: 'Describe "Oslo".',
      text: { format: { type: 'json_schema', name: 'city', strict: true, schema } },
    });
    expect(JSON.parse(answer.output_text)).toEqual({ name: 'Oslo' });
  });

  it('is incomplete at the length', async () => {
    const input = 'Tell me a lot.';
    const answer = await client.responses.create({ model, ...STATELESS, input, max_output_tokens: 20 });
    expect([answer.status, answer.incomplete_details]).toEqual([
      'incomplete',
      { reason: 'max_output_tokens' },
    ]);
    expect(answer.usage?.output_tokens).toBe(20);
  });

  it.each([
    [400, OpenAI.BadRequestError],
    [429, OpenAI.RateLimitError],
  ])('throws the typed error when the provider says %i', async (fault, type) => {
    const error = await rejectionOf(
      client.responses.create({
        model: faultyModel(upstream, fault),
        ...STATELESS,
        input: `[[mock: fault=${fault} limit=seconds waitMs=7000 message="no luck"]]`,
      }),
    );
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({
      error: { message: someText, turnpike: { layer: 'provider', attempts: [{ status: fault }] } },
    });
  });

  it.each(BREAKS)('says that a stream broke (%s)', async (fault) => {
    const stream = await client.responses.create({
      model: faultyModel(upstream, fault),
      ...STATELESS,
      input: `[[mock: fault=${fault} chunks=8]]`,
      stream: true,
    });
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { message: someText } },
    });
  });
});
