import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModel, ModelMessage } from 'ai';
import { APICallError, generateText, isStepCount, jsonSchema, streamText, tool } from 'ai';
import { rejectionOf } from '../stage/clients';
import type { Stage } from '../stage/stage';
import { mockOf } from '../stage/stage';
import {
  aliasFor,
  faultyModel,
  openMatrix,
  PNG,
  seesImages,
  SIGNING,
  thoughtsIn,
  UPSTREAMS,
} from './open-matrix';

const BREAKS = ['eof:mid', 'drop:mid', 'error:mid'];
type Options = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

interface Door {
  readonly name: string;
  model(id: string): LanguageModel;
  readonly thinks: Options;
  /** It writes an image into the JSON of the result, text to everyone. */
  readonly writesImages?: true;
}

let stage: Stage;
const openai = () => createOpenAI({ apiKey: stage.key, baseURL: `${stage.url}/v1` });

const DOORS: readonly Door[] = [
  {
    name: 'openai, Chat',
    writesImages: true,
    model: (id) => openai().chat(id),
    thinks: { openai: { reasoningEffort: 'medium', forceReasoning: true } },
  },
  {
    name: 'openai, Responses',
    model: (id) => openai().responses(id),
    thinks: {
      openai: { reasoningEffort: 'medium', reasoningSummary: 'auto', forceReasoning: true, store: false },
    },
  },
  {
    name: 'anthropic',
    model: (id) => createAnthropic({ apiKey: stage.key, baseURL: `${stage.url}/v1` })(id),
    thinks: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 } } },
  },
  {
    name: 'google',
    model: (id) => createGoogle({ apiKey: stage.key, baseURL: `${stage.url}/v1beta` })(id),
    thinks: { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } },
  },
];

const get_weather = tool({
  description: 'The weather of a city.',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: ({ city }) => `sunny in ${city}`,
});
const take_picture = tool({
  description: 'A picture.',
  inputSchema: jsonSchema<{ of: string }>({ type: 'object', properties: { of: { type: 'string' } } }),
  execute: ({ of }) => of,
  toModelOutput: () => ({
    type: 'content',
    value: [
      { type: 'text', text: 'Here it is.' },
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: PNG } },
    ],
  }),
});

const CITY = 'toolArgs="{\\"city\\":\\"Paris\\"}"';
const times = (text: string, part: string): number => text.split(part).length - 1;

beforeAll(async () => {
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  stage = await openMatrix([400, ...BREAKS]);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

describe.each(DOORS)('the AI SDK with $name', (door) => {
  describe.each(UPSTREAMS)('in front of a %s provider', (upstream) => {
    const model = (): LanguageModel => door.model(aliasFor(upstream));
    const idOf = (word: string): string => `${word}-${door.name.replace(/\W+/g, '-')}-${upstream}`;
    const bodies = (id: string): string[] =>
      mockOf(stage, upstream)
        .journal.of(id)
        .map((entry) => {
          expect(entry.complaint).toBeUndefined();
          return entry.raw;
        });

    it('generates a text', async () => {
      const prompt = '[[mock: text="ü漢字🙂 \\"q\\" done" tokens=9 in=100 cached=60]]';
      const { text, finishReason, usage } = await generateText({ model: model(), prompt, maxRetries: 0 });
      expect([text, finishReason]).toEqual(['ü漢字🙂 "q" done', 'stop']);
      expect([usage.inputTokens, usage.outputTokens]).toEqual([160, 9]);
    });

    it('streams a text', async () => {
      const prompt = '[[mock: text="ü漢字🙂 streamed" chunks=7 splitBytes=5 tokens=9 in=100]]';
      const stream = streamText({ model: model(), prompt, maxRetries: 0 });
      const pieces: string[] = [];
      for await (const piece of stream.textStream) pieces.push(piece);
      expect(pieces.join('')).toBe('ü漢字🙂 streamed');
      expect(await stream.finishReason).toBe('stop');
      expect((await stream.usage).outputTokens).toBe(9);
    });

    it('runs parallel tools to the end', async () => {
      const id = idOf('tools');
      const { text, steps } = await generateText({
        model: model(),
        prompt: `[[mock: id=${id} tool=2 toolName=get_weather ${CITY} text="It is sunny."]]`,
        tools: { get_weather },
        stopWhen: isStepCount(3),
        maxRetries: 0,
      });
      expect([text, steps.length]).toEqual(['It is sunny.', 2]);
      expect(steps[0]?.toolCalls.map((call) => call.input)).toEqual(Array(2).fill({ city: 'Paris' }));
      expect(bodies(id).map((body) => times(body, 'sunny in Paris'))).toEqual([0, 2]);
    });

    if (!door.writesImages)
      it('shows an image as the result of a tool', async () => {
        const id = idOf('image');
        const run = generateText({
          model: model(),
          prompt: `[[mock: id=${id} tool=1 toolName=take_picture text="It is red."]]`,
          tools: { take_picture },
          stopWhen: isStepCount(3),
          maxRetries: 0,
        });
        // With Gemini it stands beside the result: the user's own, and refused where nothing can see it.
        if (door.name === 'google' && !seesImages(upstream))
          return expect(run).rejects.toThrow('takes no images');
        expect((await run).text).toBe('It is red.');
        expect(bodies(id).map((body) => times(body, PNG))).toEqual([0, seesImages(upstream) ? 1 : 0]);
      });

    it('thinks, and goes on from messages that were put away', async () => {
      const id = idOf('thought');
      const settings = {
        model: model(),
        providerOptions: door.thinks,
        tools: { get_weather },
        maxRetries: 0,
      };
      const question: ModelMessage = {
        role: 'user',
        content: `[[mock: id=${id} think=1 tool=1 toolName=get_weather ${CITY} text="First."]]`,
      };
      const first = streamText({ ...settings, messages: [question], stopWhen: isStepCount(3) });
      expect(await first.text).toBe('First.');
      const kept = JSON.stringify([question, ...(await first.responseMessages)]);
      const messages = [
        ...(JSON.parse(kept) as ModelMessage[]),
        { role: 'user' as const, content: `[[mock: id=${id} text="Second."]]` },
      ];
      const second = await generateText({ ...settings, messages });
      expect(second.text).toBe('Second.');
      const seen = bodies(id);
      expect(seen.map((body) => times(body, 'sunny in Paris'))).toEqual([0, 1, 1]);
      if (SIGNING.includes(upstream)) expect(thoughtsIn(seen[1] ?? '')).toBeGreaterThan(0);
    });

    it('says what the provider refuses', async () => {
      const error = await rejectionOf(
        generateText({
          model: door.model(faultyModel(upstream, 400)),
          prompt: '[[mock: fault=400 message="no luck"]]',
        }),
      );
      expect(APICallError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ statusCode: 400, isRetryable: false });
      expect(String(error)).toContain('no luck');
    });

    it.each(BREAKS)('tells of a stream that breaks (%s)', async (fault) => {
      const errors: unknown[] = [];
      const stream = streamText({
        model: door.model(faultyModel(upstream, fault)),
        prompt: `[[mock: fault=${fault} chunks=8]]`,
        maxRetries: 0,
        onError: ({ error }) => void errors.push(error),
      });
      const kinds: string[] = [];
      for await (const part of stream.fullStream) kinds.push(part.type);
      expect(kinds).toContain('error');
      expect(errors).not.toEqual([]);
    });
  });
});
