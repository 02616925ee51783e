import { openaiClient } from '../stage/clients';
import type { Stage } from '../stage/stage';
import { aliasFor, openMatrix, reportsCache, UPSTREAMS } from '../sdk-matrix/open-matrix';

const PROMPT = '[[mock: text="Hello there" tokens=9 in=100 cached=60 chunks=4]]';
const TOOL = '[[mock: tool=1]]';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

let stage: Stage;
beforeAll(async () => {
  stage = await openMatrix([]);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

describe.each(UPSTREAMS)('a Responses client in front of a %s provider', (upstream) => {
  const model = aliasFor(upstream);

  it('answers whole and streamed alike', async () => {
    const client = openaiClient(stage);
    const whole = await client.responses.create({ model, input: PROMPT, store: false });
    expect([whole.status, whole.output_text]).toEqual(['completed', 'Hello there']);
    // Bytes of the client's own dialect are not touched.
    expect(whole.model).toBe(upstream === 'responses' ? 'model-x' : model);
    expect(whole.usage).toMatchObject({ input_tokens: 160, output_tokens: 9 });
    const stream = client.responses.stream({ model, input: PROMPT, store: false });
    let sequence = -1;
    for await (const event of stream) expect(event.sequence_number).toBe(++sequence);
    const last = await stream.finalResponse();
    expect([last.status, last.output_text]).toEqual(['completed', 'Hello there']);
  });

  it('calls a tool and takes its result', async () => {
    const client = openaiClient(stage);
    const tools = [{ type: 'function' as const, name: 'get_weather', parameters: SCHEMA, strict: false }];
    const first = await client.responses.create({ model, input: TOOL, tools, store: false });
    const call = first.output.find((item) => item.type === 'function_call');
    if (call?.type !== 'function_call') throw new Error('no call');
    expect(call.name).toBe('get_weather');
    const second = await client.responses.create({
      model,
      tools,
      store: false,
      input: [
        { role: 'user', content: TOOL },
        { type: 'function_call', call_id: call.call_id, name: call.name, arguments: call.arguments },
        { type: 'function_call_output', call_id: call.call_id, output: 'sunny' },
      ],
    });
    expect([second.status, second.output.some((item) => item.type === 'function_call')]).toEqual([
      'completed',
      false,
    ]);
  });
});

interface Generated {
  candidates?: { content?: { parts?: { text?: string }[] }; finishReason?: string }[];
  usageMetadata?: {
    promptTokenCount: number;
    cachedContentTokenCount?: number;
    candidatesTokenCount: number;
  };
}

const textOf = (answers: readonly Generated[]): string =>
  answers.flatMap((a) => a.candidates?.[0]?.content?.parts?.map((part) => part.text ?? '') ?? []).join('');

describe.each(UPSTREAMS)('a Gemini client in front of a %s provider', (upstream) => {
  const ask = (verb: string): Promise<Response> =>
    fetch(`${stage.url}/v1beta/models/${aliasFor(upstream)}:${verb}`, {
      method: 'POST',
      headers: { 'x-goog-api-key': stage.key, 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: PROMPT }] }] }),
    });

  it('answers whole, as events and as an array', async () => {
    const whole = (await (await ask('generateContent')).json()) as Generated;
    expect(textOf([whole])).toBe('Hello there');
    expect(whole.usageMetadata).toMatchObject({
      promptTokenCount: 160,
      ...(reportsCache(upstream) ? { cachedContentTokenCount: 60 } : {}),
      candidatesTokenCount: 9,
    });
    const events = await (await ask('streamGenerateContent?alt=sse')).text();
    expect(events).not.toMatch(/^(?:event|id|:)/m);
    const lines = events.split('\n').filter((line) => line.startsWith('data: '));
    expect(textOf(lines.map((line) => JSON.parse(line.slice(6)) as Generated))).toBe('Hello there');
    const array = await ask('streamGenerateContent');
    expect(array.headers.get('content-type')).toContain('application/json');
    expect(textOf((await array.json()) as Generated[])).toBe('Hello there');
  });

  it('counts and lists', async () => {
    const counted = (await (await ask('countTokens')).json()) as { totalTokens: number };
    expect(counted.totalTokens).toBeGreaterThan(0);
    const headers = { 'x-goog-api-key': stage.key };
    const list = (await (await fetch(`${stage.url}/v1beta/models`, { headers })).json()) as {
      models: { name: string }[];
    };
    expect(list.models.map(({ name }) => name)).toContain(`models/${aliasFor(upstream)}`);
  });
});

it('refuses a WebSocket of Responses at once', async () => {
  const answer = await fetch(`${stage.url}/v1/responses`, {
    headers: { authorization: `Bearer ${stage.key}` },
  });
  expect(answer.status).toBe(426);
});
