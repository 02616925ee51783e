import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { ChatAnthropic } from '@langchain/anthropic';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import type { LanguageModel } from 'ai';
import { generateText } from 'ai';
import OpenAI from 'openai';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { gatewayConfig } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { mockOf, openStage } from '../stage/stage';
import { matrixEntry, targetAt, UPSTREAMS } from './open-matrix';

/** A 429 that names its wait, and one that leaves it to the gateway's own judgement. */
const LIMITS = {
  'with Retry-After': { words: 'limit=seconds waitMs=1000', waitMs: 1_000 },
  'without Retry-After': { words: 'limit=none', waitMs: 0 },
} as const;
type Limit = keyof typeof LIMITS;
const LIMIT_NAMES = Object.keys(LIMITS) as readonly Limit[];
/** Clocks and timers of two processes. */
const SLACK_MS = 100;

let stage: Stage;
const v1 = (): string => `${stage.url}/v1`;
const textBy = async (model: LanguageModel, prompt: string): Promise<string> =>
  (await generateText({ model, prompt, maxRetries: 1 })).text;
const openaiSdk = (): OpenAI => new OpenAI({ apiKey: stage.key, baseURL: v1(), maxRetries: 1 });

/** Every client with one retry of its own, as it comes. */
const CLIENTS: Readonly<Record<string, (model: string, prompt: string) => Promise<string>>> = {
  'openai, Chat': async (model, content) => {
    const messages = [{ role: 'user' as const, content }];
    const answer = await openaiSdk().chat.completions.create({ model, messages });
    return answer.choices[0]?.message.content ?? '';
  },
  'openai, Responses': async (model, input) =>
    (await openaiSdk().responses.create({ model, input, store: false })).output_text,
  anthropic: async (model, content) => {
    const client = new Anthropic({ apiKey: stage.key, baseURL: stage.url, maxRetries: 1 });
    const messages = [{ role: 'user' as const, content }];
    const answer = await client.messages.create({ model, max_tokens: 4096, messages });
    return answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  },
  'google-genai': async (model, contents) => {
    const retryOptions = { attempts: 2 };
    const httpOptions = { baseUrl: stage.url, fetch, retryOptions };
    const client = new GoogleGenAI({ apiKey: stage.key, httpOptions });
    return (await client.models.generateContent({ model, contents })).text ?? '';
  },
  'AI SDK, Chat': (model, prompt) =>
    textBy(createOpenAI({ apiKey: stage.key, baseURL: v1() }).chat(model), prompt),
  'AI SDK, Responses': (model, prompt) =>
    textBy(createOpenAI({ apiKey: stage.key, baseURL: v1() }).responses(model), prompt),
  'AI SDK, Messages': (model, prompt) =>
    textBy(createAnthropic({ apiKey: stage.key, baseURL: v1() })(model), prompt),
  'AI SDK, Gemini': (model, prompt) =>
    textBy(createGoogle({ apiKey: stage.key, baseURL: `${stage.url}/v1beta` })(model), prompt),
  'LangChain, Chat': async (model, prompt) => {
    const configuration = { baseURL: v1() };
    return (await new ChatOpenAI({ model, apiKey: stage.key, maxRetries: 1, configuration }).invoke(prompt))
      .text;
  },
  'LangChain, Messages': async (model, prompt) => {
    const settings = { model, apiKey: stage.key, anthropicApiUrl: stage.url, maxRetries: 1, maxTokens: 4096 };
    return (await new ChatAnthropic(settings).invoke(prompt)).text;
  },
  'LangChain, Gemini': async (model, prompt) => {
    const settings = { model, apiKey: stage.key, baseUrl: stage.url, maxRetries: 1 };
    return (await new ChatGoogleGenerativeAI(settings).invoke(prompt)).text;
  },
};

const CASES = Object.keys(CLIENTS).flatMap((client) =>
  UPSTREAMS.flatMap((upstream) => LIMIT_NAMES.map((limit) => ({ client, upstream, limit }))),
);
type Case = (typeof CASES)[number];
const nameOf = ({ client, upstream, limit }: Case): string =>
  `${client}-${upstream}-${limit}`.replace(/\W+/g, '-').toLowerCase();

interface Outcome {
  /** What came, or how it failed. */
  readonly text: string;
  readonly seen: readonly JournalEntry[];
}
const outcomes = new Map<string, Outcome>();

function outcomeOf(it: Case): Outcome {
  const outcome = outcomes.get(nameOf(it));
  if (!outcome) throw new Error(`${nameOf(it)} was not tried`);
  return outcome;
}

async function meetLimit(it: Case): Promise<void> {
  const name = nameOf(it);
  const prompt = `[[mock: id=${name} fault=429 times=1 ${LIMITS[it.limit].words} text="Better now."]]`;
  const text = await CLIENTS[it.client]?.(name, prompt).catch((error: unknown) => String(error));
  outcomes.set(name, { text: text ?? '', seen: mockOf(stage, it.upstream).journal.of(name) });
}

/** Each case has a provider of its own, so that nobody waits for another's limit; all wait at the same time. */
beforeAll(async () => {
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  stage = await openStage({
    mocks: Object.fromEntries(UPSTREAMS.map((upstream) => [upstream, { paceMs: 0 }])),
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          CASES.map((it) => [
            nameOf(it),
            matrixEntry(mockOf({ mocks }, it.upstream), it.upstream, nameOf(it)),
          ]),
        ),
        routes: Object.fromEntries(CASES.map((it) => [nameOf(it), [targetAt(nameOf(it), it.upstream)]])),
      }),
  });
  await Promise.all(CASES.map(meetLimit));
}, 120_000);
afterAll(() => stage?.close(), 30_000);

/** It takes every 429 of a Gemini for a quota that stays spent, and says so. */
const GIVES_UP = 'LangChain, Gemini';

describe.each(LIMIT_NAMES)('a 429 %s', (limit) => {
  it.each(CASES.filter((it) => it.limit === limit && it.client !== GIVES_UP))(
    'is waited out by $client in front of a $upstream provider',
    (it) => {
      const { text, seen } = outcomeOf(it);
      expect([text, seen.map((entry) => entry.status)]).toEqual(['Better now.', [429, 200]]);
      const [refused, taken] = seen.map((entry) => entry.receivedAtMs);
      expect(Number(taken) - Number(refused)).toBeGreaterThanOrEqual(LIMITS[limit].waitMs - SLACK_MS);
    },
  );

  it.each(UPSTREAMS)(`is told by ${GIVES_UP} in front of a %s provider`, (upstream) => {
    const { text, seen } = outcomeOf({ client: GIVES_UP, upstream, limit });
    expect([text, seen.map((entry) => entry.status)]).toEqual([expect.stringMatching(/^RateLimit/), [429]]);
  });
});
