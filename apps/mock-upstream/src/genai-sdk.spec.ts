import type { Content, GenerateContentConfig, GenerateContentResponse, Part } from '@google/genai';
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai';
import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

const weather = {
  name: 'get_weather',
  parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const tools = [{ functionDeclarations: [weather] }];
const MODEL = 'gemini-3-pro-preview';

let mock: MockUpstream;
let client: GoogleGenAI;

beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
  client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: mock.url, fetch } });
});
afterAll(() => mock.close());

const user = (text: string): Content => ({ role: 'user', parts: [{ text }] });
const whole = (
  contents: Content[] | string,
  config: GenerateContentConfig = {},
): Promise<GenerateContentResponse> => client.models.generateContent({ model: MODEL, contents, config });
async function streamed(
  contents: Content[] | string,
  config: GenerateContentConfig = {},
): Promise<GenerateContentResponse[]> {
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await client.models.generateContentStream({ model: MODEL, contents, config }))
    chunks.push(chunk);
  return chunks;
}
const partsOf = (answer: GenerateContentResponse | undefined): Part[] =>
  answer?.candidates?.[0]?.content?.parts ?? [];
const textOf = (parts: readonly Part[], thought: boolean): string =>
  parts.map((part) => (Boolean(part.thought) === thought ? (part.text ?? '') : '')).join('');

describe('the Google SDK against the mock', () => {
  it('gets the same answer whole and streamed', async () => {
    const prompt = 'hi [[mock: id=same text="ü漢字🙂 done" tokens=9 reasoning=4 in=100 cached=60 chunks=7]]';
    const config = { thinkingConfig: { includeThoughts: true } };
    const answer = await whole(prompt, config);
    const chunks = await streamed(prompt, config);
    const parts = chunks.flatMap(partsOf);
    for (const thought of [false, true])
      expect(textOf(parts, thought)).toBe(textOf(partsOf(answer), thought));
    expect(textOf(parts, false)).toBe('ü漢字🙂 done');
    expect(textOf(parts, true)).toContain('Thinking');
    expect(chunks.at(-1)?.usageMetadata).toEqual(answer.usageMetadata);
    expect(answer.usageMetadata).toMatchObject({
      promptTokenCount: 160,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 4,
      totalTokenCount: 169,
    });
    expect(chunks.map((chunk) => chunk.candidates?.[0]?.finishReason).filter(Boolean)).toEqual(['STOP']);
    expect(new Set(chunks.map((chunk) => chunk.responseId)).size).toBe(1);
  });

  it('hides thoughts from those who do not ask, and signs all the same', async () => {
    const answer = await whole('[[mock: think=1 text=seen]]');
    expect(partsOf(answer)).toEqual([
      { text: 'seen', thoughtSignature: expect.stringMatching(/=*$/) as unknown },
    ]);
    const last = (await streamed('[[mock: think=1 text=seen]]')).at(-1);
    expect(partsOf(last)[0]).toMatchObject({
      text: '',
      thoughtSignature: partsOf(answer)[0]?.thoughtSignature,
    });
  });

  it.each([false, true])('runs a tool loop when signatures come back (stream %s)', async (stream) => {
    const contents: Content[] = [user('[[mock: tool=2 toolArgs="{\\"id\\":7}"]] go')];
    const ask = async (): Promise<Part[]> =>
      stream
        ? (await streamed(contents, { tools })).flatMap(partsOf)
        : partsOf(await whole(contents, { tools }));
    const parts = (await ask()).filter((part) => part.functionCall);
    expect(
      parts.map((part) => [part.functionCall?.name, part.functionCall?.args, Boolean(part.thoughtSignature)]),
    ).toEqual([
      ['get_weather', { id: 7 }, true],
      ['get_weather', { id: 7 }, false],
    ]);
    contents.push({ role: 'model', parts });
    contents.push({
      role: 'user',
      parts: parts.map(({ functionCall }) => ({
        functionResponse: { id: functionCall?.id, name: functionCall?.name, response: { output: 'sunny' } },
      })),
    });
    expect(textOf(await ask(), false)).not.toBe('');
    // Some clients put what a tool shows behind its result, in a content of its own.
    contents.push(user('Attached: a picture of the sky.'));
    const behind = await ask();
    expect([textOf(behind, false) !== '', behind.some((part) => part.functionCall)]).toEqual([true, false]);
    contents.pop();
    const unsigned = contents.map((content) => ({
      ...content,
      parts: content.parts?.map(({ thoughtSignature: _, ...part }) => part),
    }));
    await expect(whole(unsigned, { tools })).rejects.toThrow(/missing a thought_signature/);
  });

  it('gives no ids and asks for no signatures where the model is older', async () => {
    const answer = await client.models.generateContent({
      model: 'gemini-2.5-flash',
      contents: '[[mock: tool=1]]',
      config: { tools },
    });
    expect(partsOf(answer)).toEqual([{ functionCall: { name: 'get_weather', args: { city: 'example' } } }]);
  });

  it('forces a tool, fills a schema, makes an image, keeps to a cap and several candidates', async () => {
    const forced = await whole('hello', {
      tools,
      toolConfig: {
        functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['get_weather'] },
      },
    });
    expect(forced.functionCalls).toMatchObject([{ name: 'get_weather' }]);
    const filled = await whole('Describe "Oslo".', {
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { name: { type: 'STRING' } } },
    });
    expect(JSON.parse(String(filled.text))).toEqual({ name: 'Oslo' });
    expect(partsOf(await whole('[[mock: image=1 text=""]]')).at(-1)?.inlineData?.mimeType).toBe('image/png');
    const short = await whole('hi', { maxOutputTokens: 3, candidateCount: 2 });
    expect(short.candidates?.map((each) => each.finishReason)).toEqual(['MAX_TOKENS', 'MAX_TOKENS']);
  });

  it('tells a blocked prompt and a broken call', async () => {
    const blocked = await whole('[[mock: stop=blocked]]');
    expect([blocked.promptFeedback?.blockReason, blocked.candidates]).toEqual([
      'PROHIBITED_CONTENT',
      undefined,
    ]);
    const broken = await whole('[[mock: stop=malformed]]');
    expect(broken.candidates?.[0]?.finishReason).toBe('MALFORMED_FUNCTION_CALL');
  });

  it('counts tokens and lists models', async () => {
    const count = await client.models.countTokens({ model: MODEL, contents: 'x'.repeat(400) });
    expect(count.totalTokens).toBe(101);
    const names: unknown[] = [];
    for await (const model of await client.models.list()) names.push(model.name);
    expect(names).toEqual(['models/demo', 'models/demo-large']);
    expect((await client.models.get({ model: 'demo' })).displayName).toBe('demo');
  });

  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
  ])('throws for %i', async (status, word) => {
    const error = await whole(`[[mock: fault=${status}]]`).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, message: expect.stringContaining(word) as unknown });
  });

  it.each([
    ['google', 'PerMinute', '34.4s'],
    ['google-day', 'PerDay', '34.4s'],
    ['google-zero', 'limit: 0', '34.4s'],
  ])('tells a spent quota as %s', async (limit, ...words) => {
    const error = await whole(`[[mock: fault=429 limit=${limit} waitMs=34400]]`).catch(
      (caught: unknown) => caught,
    );
    for (const word of words) expect(String(error)).toContain(word);
  });

  it('throws on an error inside a stream', async () => {
    await expect(streamed('[[mock: fault=error:mid]]')).rejects.toThrow(ApiError);
  });

  it.each([
    ['', (text: string) => JSON.parse(text) as { error?: unknown }[]],
    ['fault=error:mid', (text: string) => JSON.parse(text) as { error?: unknown }[]],
  ])('streams an array where no events are asked for (%s)', async (order, read) => {
    const answer = await fetch(`${mock.url}/v1beta/models/m:streamGenerateContent?key=k`, {
      method: 'POST',
      body: JSON.stringify({ contents: [user(`[[mock: text=abcd chunks=4 ${order}]]`)] }),
    });
    expect(answer.headers.get('content-type')).toContain('application/json');
    const chunks = read(await answer.text());
    expect(chunks).toHaveLength(order ? 3 : 5);
    expect(chunks.at(-1)?.error !== undefined).toBe(order !== '');
    expect(mock.journal.last()?.credential).toBe('k');
  });
});
