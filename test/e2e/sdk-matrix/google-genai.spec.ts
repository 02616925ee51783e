import type { Content, FunctionCall, GenerateContentResponse, GoogleGenAI, Part } from '@google/genai';
import { ApiError, createPartFromFunctionResponse } from '@google/genai';
import { geminiClient, rejectionOf } from '../stage/clients';
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

const TOOLS = [
  {
    functionDeclarations: [
      {
        name: 'get_weather',
        description: 'The weather of a city.',
        parametersJsonSchema: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        },
      },
    ],
  },
];
const CITY = 'toolArgs="{\\"city\\":\\"Paris\\"}"';

let stage: Stage;
let client: GoogleGenAI;

beforeAll(async () => {
  stage = await openMatrix([400, 429, ...BREAKS]);
  client = geminiClient(stage);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

const times = (text: string, part: string): number => text.split(part).length - 1;
const user = (text: string): Content => ({ role: 'user', parts: [{ text }] });
const turnOf = (answer: GenerateContentResponse): Content => answer.candidates?.[0]?.content ?? {};

async function gather(
  stream: Promise<AsyncIterable<GenerateContentResponse>>,
): Promise<GenerateContentResponse[]> {
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return chunks;
}

/** The results of calls, each with a picture inside or beside it. */
const resultsOf = (calls: readonly FunctionCall[], picture?: 'inside' | 'beside'): Content => {
  const image = { inlineData: { mimeType: 'image/png', data: PNG } };
  const parts = calls.flatMap(({ id = '', name = '' }): Part[] => [
    createPartFromFunctionResponse(
      id,
      name,
      { output: 'sunny there' },
      picture === 'inside' ? [image] : undefined,
    ),
    ...(picture === 'beside' ? [image] : []),
  ]);
  return { role: 'user', parts };
};

describe.each(UPSTREAMS)('the Google GenAI SDK in front of a %s provider', (upstream) => {
  const model = aliasFor(upstream);
  const bodies = (id: string): string[] =>
    mockOf(stage, upstream)
      .journal.of(id)
      .map((entry) => {
        expect(entry.complaint).toBeUndefined();
        return entry.raw;
      });

  it('gets text, finish reason and usage', async () => {
    const answer = await client.models.generateContent({
      model,
      contents: '[[mock: text="ü漢字🙂 \\"q\\" done" tokens=9 in=100 cached=60]]',
    });
    expect(answer.text).toBe('ü漢字🙂 "q" done');
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    expect(answer.usageMetadata).toMatchObject({
      promptTokenCount: 160,
      ...(reportsCache(upstream) ? { cachedContentTokenCount: 60 } : {}),
      candidatesTokenCount: 9,
    });
    const headers = new Headers(answer.sdkHttpResponse?.headers);
    const record = await readTrace(stage, String(headers.get('x-turnpike-call-id')));
    expect(record.attempts).toMatchObject([{ provider: upstream, status: 200, state: 'measured' }]);
  });

  it('streams', async () => {
    const chunks = await gather(
      client.models.generateContentStream({
        model,
        contents: '[[mock: text="ü漢字🙂 streamed" chunks=7 splitBytes=5 tokens=9 in=100]]',
      }),
    );
    expect(chunks.map((chunk) => chunk.text ?? '').join('')).toBe('ü漢字🙂 streamed');
    expect(chunks.flatMap((chunk) => chunk.candidates?.[0]?.finishReason ?? [])).toEqual(['STOP']);
    expect(chunks.at(-1)?.usageMetadata).toMatchObject({ promptTokenCount: 100, candidatesTokenCount: 9 });
  });

  // Beside a result an image is the user's own, and refused where nothing can see it.
  const pictures = [undefined, 'inside' as const, ...(seesImages(upstream) ? ['beside' as const] : [])];
  it.each(pictures)('calls parallel tools and gives their results back (picture %s)', async (picture) => {
    const id = `g-${upstream}-${picture}`;
    const question = user(`[[mock: id=${id} tool=2 ${CITY} text="It is sunny."]]`);
    const config = { tools: TOOLS };
    const first = await client.models.generateContent({ model, contents: [question], config });
    const calls = first.functionCalls ?? [];
    expect(calls.map((call) => call.args)).toEqual(Array(2).fill({ city: 'Paris' }));
    const contents = [question, turnOf(first), resultsOf(calls, picture)];
    const second = await client.models.generateContent({ model, contents, config });
    expect(second.text).toBe('It is sunny.');
    const seen = bodies(id);
    expect(seen.map((body) => times(body, 'sunny there'))).toEqual([0, 2]);
    expect(times(seen[1] ?? '', PNG)).toBe(picture === undefined || !seesImages(upstream) ? 0 : 2);
  });

  it('thinks, and goes on from a history that was put away', async () => {
    const id = `g-thought-${upstream}`;
    const config = { tools: TOOLS, thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } };
    const chat = client.chats.create({ model, config });
    const first = await chat.sendMessage({
      message: `[[mock: id=${id} think=1 tool=1 ${CITY} text="First."]]`,
    });
    const calls = first.functionCalls ?? [];
    expect(calls).toHaveLength(1);
    const second = await chat.sendMessage({ message: resultsOf(calls).parts ?? [] });
    expect(second.text).toBe('First.');
    const history = JSON.parse(JSON.stringify(chat.getHistory())) as Content[];
    const again = client.chats.create({ model, config, history });
    const third = await again.sendMessage({ message: `[[mock: id=${id} text="Second."]]` });
    expect(third.text).toBe('Second.');
    const seen = bodies(id);
    expect(seen.map((body) => times(body, 'sunny there'))).toEqual([0, 1, 1]);
    if (SIGNING.includes(upstream)) expect(thoughtsIn(seen[1] ?? '')).toBeGreaterThan(0);
  });

  it('gets structured output', async () => {
    const responseJsonSchema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const config = { responseMimeType: 'application/json', responseJsonSchema };
    const answer = await client.models.generateContent({ model, contents: 'Describe "Oslo".', config });
    expect(JSON.parse(answer.text ?? '')).toEqual({ name: 'Oslo' });
  });

  it('counts tokens', async () => {
    const { totalTokens } = await client.models.countTokens({ model, contents: 'word '.repeat(200) });
    expect(totalTokens).toBeGreaterThan(100);
    expect(totalTokens).toBeLessThan(2000);
  });

  it.each([
    [400, 400, 'INVALID_ARGUMENT'],
    [429, 429, 'RESOURCE_EXHAUSTED'],
  ])('throws the API error when the provider says %i', async (fault, status, word) => {
    const error = await rejectionOf(
      client.models.generateContent({
        model: faultyModel(upstream, fault),
        contents: `[[mock: fault=${fault} limit=seconds waitMs=7000 message="no luck"]]`,
      }),
    );
    if (!(error instanceof ApiError)) throw error;
    expect(error.status).toBe(status);
    const said = JSON.parse(error.message) as { error: unknown };
    expect(said.error).toMatchObject({ code: status, status: word, message: someText });
    expect(said.error).toMatchObject({ turnpike: { layer: 'provider', attempts: [{ status: fault }] } });
  });

  it.each(BREAKS)('throws in the middle of a stream that breaks (%s)', async (fault) => {
    const stream = gather(
      client.models.generateContentStream({
        model: faultyModel(upstream, fault),
        contents: `[[mock: fault=${fault} chunks=8]]`,
      }),
    );
    expect(await rejectionOf(stream)).toBeInstanceOf(ApiError);
  });
});

describe('the Google GenAI SDK and the gateway itself', () => {
  it('lists the aliases', async () => {
    const names: unknown[] = [];
    for await (const model of await client.models.list()) names.push(model.name);
    expect(names).toEqual(
      expect.arrayContaining(UPSTREAMS.map((upstream) => `models/${aliasFor(upstream)}`)),
    );
  });

  it('401 for an unknown key, 404 for an unknown model', async () => {
    const ask = (by: GoogleGenAI): Promise<unknown> =>
      rejectionOf(by.models.generateContent({ model: 'no-such-model', contents: 'x' }));
    expect(await ask(geminiClient(stage, 'tpk_nope'))).toMatchObject({ status: 401 });
    expect(await ask(client)).toMatchObject({ status: 404 });
  });
});
