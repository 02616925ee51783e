import type { UpstreamDialect } from '../stage/gateway-config';
import { someText } from '../stage/matchers';
import type { Stage } from '../stage/stage';
import { mockOf } from '../stage/stage';
import { aliasFor, openMatrix, seeingAliasFor, UPSTREAMS } from '../sdk-matrix/open-matrix';
import type { OutputItem, ResponseResource } from './check-response';
import { responseProblems } from './check-response';
import type { ReadEvents } from './read-events';
import { readEvents } from './read-events';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
).toString('base64');
/** Wires without a place for a document. */
const WITHOUT_FILES: readonly UpstreamDialect[] = ['cohere', 'ollama'];

const TOOL = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather at a place.',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string' } },
    required: ['location'],
  },
};
const CALL = '[[mock: tool=1 toolArgs="{\\"location\\":\\"Lisbon\\"}" text="It is sunny."]]';

let stage: Stage;
beforeAll(async () => {
  stage = await openMatrix([]);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

const message = (role: string, content: unknown): Record<string, unknown> => ({
  type: 'message',
  role,
  content,
});

const post = (body: Record<string, unknown>): Promise<Response> =>
  fetch(`${stage.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.key}` },
    body: JSON.stringify(body),
  });

/** A whole response with nothing wrong in it. */
async function ask(body: Record<string, unknown>): Promise<ResponseResource> {
  const answer = await post(body);
  const json = (await answer.json()) as ResponseResource;
  expect([answer.status, answer.status === 200 ? responseProblems(json) : json]).toEqual([200, []]);
  return json;
}

/** A streamed response in which nothing is wrong, its last event included. */
async function askStream(body: Record<string, unknown>): Promise<ReadEvents & { final: ResponseResource }> {
  const answer = await post({ ...body, stream: true });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/event-stream'),
  ]);
  const read = readEvents(await answer.text());
  const { final } = read;
  if (!final) throw new Error('no event holds a response');
  expect([...read.problems, ...responseProblems(final)]).toEqual([]);
  return { ...read, final };
}

const textOf = (response: ResponseResource): string =>
  response.output.flatMap((item) => item.content?.map((part) => part.text ?? '') ?? []).join('');
const callIn = (response: ResponseResource): OutputItem => {
  const call = response.output.find((item) => item.type === 'function_call');
  if (!call) throw new Error('no function_call among the items');
  return call;
};

describe.each(UPSTREAMS)('Open Responses in front of a %s provider', (upstream) => {
  const model = aliasFor(upstream);
  const lastRaw = (): string => mockOf(stage, upstream).journal.last()?.raw ?? '';

  it('basic response', async () => {
    const response = await ask({ model, input: [message('user', '[[mock: text="Hello there, friend"]]')] });
    expect([response.status, textOf(response)]).toEqual(['completed', 'Hello there, friend']);
    expect(response.output.at(-1)).toMatchObject({ type: 'message', role: 'assistant', status: 'completed' });
  });

  it('streaming response', async () => {
    const { events, final } = await askStream({
      model,
      input: [message('user', '[[mock: text="one two three" chunks=3]]')],
    });
    const deltas = events.filter((event) => event.type === 'response.output_text.delta');
    expect(deltas.map((event) => event.delta).join('')).toBe('one two three');
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['response.created', 'response.completed']);
    expect([final.status, textOf(final)]).toEqual(['completed', 'one two three']);
  });

  it('system prompt', async () => {
    const input = [message('system', 'Speak like a sailor.'), message('user', '[[mock: text="Ahoy"]]')];
    const response = await ask({ model, input });
    expect([response.status, textOf(response)]).toEqual(['completed', 'Ahoy']);
    expect(lastRaw()).toContain('Speak like a sailor.');
  });

  it('tool calling', async () => {
    const response = await ask({ model, input: [message('user', CALL)], tools: [TOOL] });
    expect(callIn(response)).toMatchObject({
      name: 'get_weather',
      call_id: someText,
      status: 'completed',
    });
    expect(JSON.parse(callIn(response).arguments ?? '')).toEqual({ location: 'Lisbon' });
  });

  it('tool calling, streaming', async () => {
    const { events, final } = await askStream({ model, input: [message('user', CALL)], tools: [TOOL] });
    const steps = events.flatMap((event) => {
      if (event.type.startsWith('response.function_call_arguments.')) return [event.type];
      return event.item?.type === 'function_call' ? [event.type] : [];
    });
    expect([...new Set(steps)]).toEqual([
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
    ]);
    const done = events.find((event) => event.type === 'response.function_call_arguments.done');
    expect(JSON.parse(done?.arguments ?? '')).toEqual({ location: 'Lisbon' });
    expect(callIn(final).arguments).toBe(done?.arguments);
  });

  it('tool call round trip', async () => {
    const question = message('user', CALL);
    const first = await ask({ model, input: [question], tools: [TOOL], store: false });
    const { call_id: id, name, arguments: args } = callIn(first);
    const second = await ask({
      model,
      tools: [TOOL],
      input: [
        question,
        { type: 'function_call', call_id: id, name, arguments: args },
        { type: 'function_call_output', call_id: id, output: 'sunny, 24 degrees' },
      ],
    });
    expect([second.status, textOf(second)]).toEqual(['completed', 'It is sunny.']);
    expect(lastRaw()).toContain('sunny, 24 degrees');
  });

  it('image input', async () => {
    const content = [
      { type: 'input_text', text: 'What is in this picture?' },
      { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
    ];
    const response = await ask({ model: seeingAliasFor(upstream), input: [message('user', content)] });
    expect([response.status, textOf(response)]).toEqual(['completed', expect.stringContaining('1 image')]);
    expect(lastRaw()).toContain(PNG);
  });

  it('file input', async () => {
    const content = [
      { type: 'input_text', text: '[[mock: text="A short paper."]]' },
      { type: 'input_file', filename: 'paper.pdf', file_data: `data:application/pdf;base64,${PDF}` },
    ];
    const body = { model, input: [message('user', content)] };
    if (WITHOUT_FILES.includes(upstream)) {
      const refused = await post(body);
      expect([refused.status, await refused.text()]).toEqual([
        400,
        expect.stringContaining('unsupported_content'),
      ]);
      return;
    }
    const response = await ask(body);
    expect([response.status, textOf(response)]).toEqual(['completed', 'A short paper.']);
    expect(lastRaw()).toContain(PDF);
  });

  it('multi-turn conversation', async () => {
    const input = [
      message('user', 'My boat is called Petrel.'),
      message('assistant', 'A fine name for a boat.'),
      message('user', '[[mock: text="Petrel."]]'),
    ];
    const response = await ask({ model, input });
    expect([response.status, textOf(response)]).toEqual(['completed', 'Petrel.']);
    const raw = lastRaw();
    expect(raw.indexOf('called Petrel')).toBeLessThan(raw.indexOf('A fine name'));
  });

  it.each([false, true])('previous response id (first one streamed: %s)', async (streamed) => {
    const first = { model, input: [message('user', 'My boat is called Petrel.')], store: true };
    const { id } = streamed ? (await askStream(first)).final : await ask(first);
    const second = await ask({
      model,
      previous_response_id: id,
      input: [message('user', '[[mock: text="Petrel."]]')],
    });
    expect([second.status, textOf(second), second.previous_response_id]).toEqual([
      'completed',
      'Petrel.',
      id,
    ]);
    // The vendor itself remembers what it answered; in front of others the gateway does.
    if (upstream !== 'responses') expect(lastRaw()).toContain('called Petrel');
  });

  it('previous response id after a tool call', async () => {
    const first = await ask({ model, input: [message('user', CALL)], tools: [TOOL] });
    const second = await ask({
      model,
      tools: [TOOL],
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: callIn(first).call_id, output: 'sunny, 24 degrees' }],
    });
    expect([second.status, textOf(second)]).toEqual(['completed', 'It is sunny.']);
    expect(lastRaw()).toContain('sunny, 24 degrees');
  });
});
