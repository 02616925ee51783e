import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import {
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  ToolMessage,
} from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import { rejectionOf } from '../stage/clients';
import type { Stage } from '../stage/stage';
import { mockOf } from '../stage/stage';
import type { UpstreamDialect } from '../stage/gateway-config';
import type { KnownName } from './open-matrix';
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

interface Door {
  readonly name: string;
  /** A name from which it concludes that the model thinks and sees. */
  readonly known: KnownName;
  model(id: string, thinks?: boolean): BaseChatModel;
  /** Providers that see their own thinking again; default: all that sign it. */
  readonly keepsThinkingAt?: readonly UpstreamDialect[];
  /** What its requests cannot say in front of which provider, with or without a gateway. */
  readonly cannot?: { readonly [what in 'parallel' | 'image']?: readonly UpstreamDialect[] };
  /** It reads past error events: a stream that breaks just ends, without what a finished one says at its end. */
  readonly endsQuietly?: boolean;
}

let stage: Stage;

const openai = (model: string, more: Partial<ConstructorParameters<typeof ChatOpenAI>[0]>): BaseChatModel =>
  new ChatOpenAI({
    model,
    apiKey: stage.key,
    maxRetries: 0,
    configuration: { baseURL: `${stage.url}/v1` },
    ...more,
  });

const DOORS: readonly Door[] = [
  {
    name: 'openai, Chat',
    known: 'gpt-5',
    // It puts an image into the message of role tool.
    cannot: { image: ['chat'] },
    model: (id, thinks) => openai(id, thinks ? { reasoning: { effort: 'medium' } } : {}),
  },
  {
    name: 'openai, Responses',
    known: 'gpt-5',
    endsQuietly: true,
    model: (id, thinks) =>
      openai(id, {
        useResponsesApi: true,
        zdrEnabled: true,
        modelKwargs: { include: ['reasoning.encrypted_content'] },
        ...(thinks ? { reasoning: { effort: 'medium', summary: 'auto' } } : {}),
      }),
  },
  {
    name: 'anthropic',
    known: 'claude-sonnet-4-5',
    model: (model, thinks) =>
      new ChatAnthropic({
        model,
        apiKey: stage.key,
        anthropicApiUrl: stage.url,
        maxRetries: 0,
        maxTokens: 4096,
        ...(thinks ? { thinking: { type: 'enabled', budget_tokens: 2048 } } : {}),
      }),
  },
  {
    name: 'google-genai',
    known: 'gemini-2.5-pro',
    endsQuietly: true,
    // It gives each of several results a content of its own, and writes images into the JSON of the result.
    cannot: { parallel: ['gemini'], image: UPSTREAMS },
    model: (model, thinks) =>
      new ChatGoogleGenerativeAI({
        model,
        apiKey: stage.key,
        baseUrl: stage.url,
        maxRetries: 0,
        ...(thinks ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } } : {}),
      }),
    // It drops thoughts, their signatures, and the ids of calls.
    keepsThinkingAt: ['gemini'],
  },
];

const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const PICTURE = [
  { type: 'text', text: 'Here it is.' },
  { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
];

const CITY = 'toolArgs="{\\"city\\":\\"Paris\\"}"';
const times = (text: string, part: string): number => text.split(part).length - 1;

function withTools(model: BaseChatModel) {
  if (!model.bindTools) throw new Error('a model without tools');
  return model.bindTools([WEATHER]);
}

/** All of a stream in one. */
async function gather(stream: Promise<AsyncIterable<AIMessageChunk>>): Promise<AIMessageChunk> {
  let all: AIMessageChunk | undefined;
  for await (const chunk of await stream) all = all?.concat(chunk) ?? chunk;
  if (!all) throw new Error('nothing came');
  return all;
}

/** What only the end of an answer says. */
const hasEnd = ({ status, finishReason }: Record<string, unknown>): boolean =>
  status === 'completed' || finishReason === 'STOP';

const resultsOf = (answer: AIMessageChunk, content: string | typeof PICTURE): ToolMessage[] =>
  (answer.tool_calls ?? []).map((call) => new ToolMessage({ content, tool_call_id: call.id ?? '' }));

beforeAll(async () => {
  stage = await openMatrix([400, ...BREAKS]);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

describe.each(DOORS)('LangChain with $name', (door) => {
  describe.each(UPSTREAMS)('in front of a %s provider', (upstream) => {
    const alias = aliasFor(upstream, door.known);
    const model = (): BaseChatModel => door.model(alias);
    const idOf = (word: string): string => `${word}-${door.name.replace(/\W+/g, '-')}-${upstream}`;
    const bodies = (id: string): string[] =>
      mockOf(stage, upstream)
        .journal.of(id)
        .map((entry) => {
          expect(entry.complaint).toBeUndefined();
          return entry.raw;
        });

    it('invokes', async () => {
      const answer = await model().invoke('[[mock: text="ü漢字🙂 \\"q\\" done" tokens=9 in=100 cached=60]]');
      expect(answer.text).toBe('ü漢字🙂 "q" done');
      expect(answer.usage_metadata).toMatchObject({ input_tokens: 160, output_tokens: 9 });
    });

    it('streams', async () => {
      const { text, response_metadata: said } = await gather(
        model().stream('[[mock: text="ü漢字🙂 streamed" chunks=7 splitBytes=5]]'),
      );
      expect(text).toBe('ü漢字🙂 streamed');
      if (door.endsQuietly) expect(hasEnd(said)).toBe(true);
    });

    const atOnce = door.cannot?.parallel?.includes(upstream) ? 1 : 2;
    it(`calls ${atOnce} tools at once and gives their results back`, async () => {
      const id = idOf('tools');
      const question = new HumanMessage(`[[mock: id=${id} tool=${atOnce} ${CITY} text="It is sunny."]]`);
      const first = await withTools(model()).invoke([question]);
      expect(first.tool_calls?.map((call) => call.args)).toEqual(Array(atOnce).fill({ city: 'Paris' }));
      const second = await withTools(model()).invoke([question, first, ...resultsOf(first, 'sunny there')]);
      expect(second.text).toBe('It is sunny.');
      expect(bodies(id).map((body) => times(body, 'sunny there'))).toEqual([0, atOnce]);
    });

    if (!door.cannot?.image?.includes(upstream))
      it('shows an image as the result of a tool', async () => {
        const id = idOf('image');
        const question = new HumanMessage(`[[mock: id=${id} tool=1 ${CITY} text="It is red."]]`);
        const first = await withTools(model()).invoke([question]);
        const second = await withTools(model()).invoke([question, first, ...resultsOf(first, PICTURE)]);
        expect(second.text).toBe('It is red.');
        expect(bodies(id).map((body) => times(body, PNG))).toEqual([0, seesImages(upstream) ? 1 : 0]);
      });

    it('thinks, and goes on from messages that were put away', async () => {
      const id = idOf('thought');
      const thinker = withTools(door.model(alias, true));
      const history: BaseMessage[] = [
        new HumanMessage(`[[mock: id=${id} think=1 tool=1 ${CITY} text="First."]]`),
      ];
      const call = await gather(thinker.stream(history));
      history.push(call, ...resultsOf(call, 'sunny there'));
      history.push(await thinker.invoke(history));
      const kept = JSON.stringify(mapChatMessagesToStoredMessages(history));
      const again = mapStoredMessagesToChatMessages(
        JSON.parse(kept) as Parameters<typeof mapStoredMessagesToChatMessages>[0],
      );
      const last = await thinker.invoke([...again, new HumanMessage(`[[mock: id=${id} text="Second."]]`)]);
      expect(last.text).toBe('Second.');
      const seen = bodies(id);
      expect(seen.map((body) => times(body, 'sunny there'))).toEqual([0, 1, 1]);
      if ((door.keepsThinkingAt ?? SIGNING).includes(upstream))
        expect(thoughtsIn(seen[1] ?? '')).toBeGreaterThan(0);
    });

    it('says what the provider refuses', async () => {
      const refused = door.model(faultyModel(upstream, 400)).invoke('[[mock: fault=400 message="no luck"]]');
      const error = await rejectionOf(refused);
      expect(error).toMatchObject({ status: 400 });
      expect(String(error)).toContain('no luck');
    });

    it.each(BREAKS)(
      `${door.endsQuietly ? 'ends early' : 'throws'} when a stream breaks (%s)`,
      async (fault) => {
        const prompt = `[[mock: fault=${fault} text="one two three four five six" chunks=6]]`;
        const read = gather(door.model(faultyModel(upstream, fault)).stream(prompt));
        if (!door.endsQuietly) {
          expect(await rejectionOf(read)).toBeInstanceOf(Error);
          return;
        }
        const { text, response_metadata: said } = await read;
        expect(['one two three four five six'.startsWith(text), text.endsWith('six')]).toEqual([true, false]);
        expect(hasEnd(said)).toBe(false);
      },
    );
  });
});
