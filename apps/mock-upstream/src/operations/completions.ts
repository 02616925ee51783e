import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { Answer, AnswerUsage, StopKind } from '../answer/answer';
import { composeAnswer } from '../answer/compose-answer';
import type { MemberRule } from '../wire/member-rules';
import {
  aBoolean,
  aNumber,
  anInteger,
  anObject,
  aString,
  asText,
  checkMembers,
  nameSet,
  unknownMember,
} from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { StreamStep, Understood } from '../wire/wire-dialect';
import type { ServiceCall, WireService } from '../wire/wire-service';
import { jsonReply } from '../wire/wire-service';

const KNOWN =
  nameSet(`model prompt suffix max_tokens temperature top_p n stream stream_options logprobs echo stop
  presence_penalty frequency_penalty best_of logit_bias user seed`);
const RULES: Record<string, MemberRule> = {
  stream: aBoolean,
  stream_options: anObject,
  echo: aBoolean,
  max_tokens: anInteger(0),
  n: anInteger(1, 128),
  best_of: anInteger(1, 20),
  logprobs: anInteger(0, 5),
  temperature: aNumber(0, 2),
  top_p: aNumber(0, 1),
  presence_penalty: aNumber(-2, 2),
  frequency_penalty: aNumber(-2, 2),
  suffix: aString,
};
/** What the vendor caps an answer at that is not told otherwise. */
const DEFAULT_CAP = 16;
const FINISH = (stop: StopKind): string => (stop === 'length' || stop === 'context' ? 'length' : 'stop');

/** Each prompt as a text; tokens stand for themselves. undefined: no valid prompt. */
function promptsOf({ prompt }: JsonObject): string[] | undefined {
  if (prompt === undefined) return ['<|endoftext|>'];
  if (typeof prompt === 'string') return [prompt];
  if (!Array.isArray(prompt) || !prompt.length) return undefined;
  if (prompt.every((item) => typeof item === 'string')) return prompt.map(asText);
  if (prompt.every((item) => typeof item === 'number')) return [`tokens ${JSON.stringify(prompt)}`];
  return prompt.every((item) => Array.isArray(item))
    ? prompt.map((item) => `tokens ${JSON.stringify(item)}`)
    : undefined;
}

function check({ members }: { members: JsonObject }): VendorError | undefined {
  if (!asText(members.model)) return complain('model', 'you must provide a model parameter');
  const extra = unknownMember(members, KNOWN);
  if (extra) return complain(extra, `Unrecognized request argument supplied: ${extra}`);
  if (!promptsOf(members))
    return complain('prompt', "'$.prompt' is invalid. Please check the API reference.");
  if (isObject(members.stream_options) && members.stream !== true)
    return complain(
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    );
  return checkMembers(members, RULES);
}

const understood = (members: JsonObject, prompt: string): Understood => ({
  streams: members.stream === true,
  cap: typeof members.max_tokens === 'number' ? members.max_tokens : DEFAULT_CAP,
  tools: [],
  mayCall: false,
  mustCall: undefined,
  userTexts: [prompt],
  results: [],
  imageCount: 0,
  thinks: false,
  stops:
    typeof members.stop === 'string'
      ? [members.stop]
      : Array.isArray(members.stop)
        ? members.stop.map(String)
        : [],
  wantsUsage: isObject(members.stream_options) && members.stream_options.include_usage === true,
  answerSchema: undefined,
  wantsJson: false,
  choices: typeof members.n === 'number' ? members.n : 1,
  promptCharacters: prompt.length,
});

interface Choice {
  readonly answer: Answer;
  readonly prefix: string;
}

/** One answer per prompt and per choice wanted, in the vendor's order. */
function choicesOf({ wire: { members }, plan, model, nowMs }: ServiceCall): Choice[] {
  return (promptsOf(members) ?? []).flatMap((prompt) => {
    const seen = understood(members, prompt);
    const answer = composeAnswer({ plan, seen, model, nowMs });
    const choice = { answer, prefix: members.echo === true ? prompt : '' };
    return Array.from({ length: seen.choices }, () => choice);
  });
}

const chunksOf = ({ answer, prefix }: Choice): string[] => [
  ...(prefix ? [prefix] : []),
  ...answer.parts.flatMap((part) => (part.kind === 'text' ? part.chunks : [])),
];

/** What a script reports is reported once; else the choices add up. */
function usageOf(choices: readonly Choice[], scripted: boolean): AnswerUsage | undefined {
  const [first, ...rest] = choices.map(({ answer }) => answer);
  if (!first?.reportsUsage) return undefined;
  if (scripted) return first.usage;
  return rest.reduce(
    (sum, { usage }) => ({ ...sum, input: sum.input + usage.input, output: sum.output + usage.output }),
    first.usage,
  );
}

const spellUsage = (usage: AnswerUsage): JsonObject => {
  const prompt = usage.input + usage.cacheRead;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead },
  };
};

const headOf = ({ answer }: Choice): JsonObject => ({
  id: `cmpl-${answer.id}`,
  object: 'text_completion',
  created: answer.createdAt,
  model: answer.model,
});
const piece = (index: number, text: string, finish: string | null): Json => ({
  text,
  index,
  logprobs: null,
  finish_reason: finish,
});

function stepsOf(
  choices: readonly Choice[],
  usage: AnswerUsage | undefined,
  wantsUsage: boolean,
): StreamStep[] {
  const [first] = choices;
  if (!first) return [];
  const chunk = (list: Json[], extra: JsonObject = {}): string =>
    `data: ${JSON.stringify({ ...headOf(first), choices: list, ...extra })}\n\n`;
  const steps = choices.flatMap((choice, i) =>
    chunksOf(choice).map((text): StreamStep => ({ wire: chunk([piece(i, text, null)]), phase: 'content' })),
  );
  const ends = choices.map(({ answer }, i): StreamStep => ({
    wire: chunk([piece(i, '', FINISH(answer.stop))]),
    phase: 'end',
  }));
  const told: StreamStep[] =
    usage && wantsUsage
      ? [{ wire: chunk([], { usage: spellUsage(usage) }), phase: 'end', reports: true }]
      : [];
  return [...steps, ...ends, ...told, { wire: 'data: [DONE]\n\n', phase: 'end' }];
}

/** OpenAI's completions of before there were chats. */
export const completions: WireService = {
  prompts: ({ members }) => promptsOf(members) ?? [],
  check: (wire) => check(wire),
  reply(call) {
    const { members } = call.wire;
    const choices = choicesOf(call);
    const usage = usageOf(choices, call.plan !== undefined);
    const [first] = choices;
    if (members.stream === true)
      return {
        kind: 'stream',
        type: 'text/event-stream; charset=utf-8',
        steps: stepsOf(choices, usage, first?.answer.wantsUsage === true),
        usage,
      };
    const list = choices.map((choice, i) => piece(i, chunksOf(choice).join(''), FINISH(choice.answer.stop)));
    const body = {
      ...(first ? headOf(first) : {}),
      choices: list,
      ...(usage ? { usage: spellUsage(usage) } : {}),
    };
    return jsonReply(JSON.stringify(body), usage);
  },
};
