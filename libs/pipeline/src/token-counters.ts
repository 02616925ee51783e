import { readGeminiCount, toCountTokensBody, toGeminiCountBody, toInputTokensBody } from '@turnpike/dialects';
import { isObject, type JsonObject } from '@turnpike/kernel';
import type { UpstreamDialectId } from '@turnpike/protocol';

/** How a wire is asked what a request would cost to read. */
export interface TokenCounter {
  /** The wire that the counter speaks. */
  readonly wire: UpstreamDialectId;
  /** `body`: the request as this wire would generate from it; `model`: its name there. */
  readonly toBody: (body: JsonObject, model: string) => JsonObject;
  /** Clients of this wire send what the counter takes. */
  readonly takesClients?: boolean;
  readonly read: (answer: JsonObject) => number | undefined;
}

const countIn =
  (member: string) =>
  (answer: JsonObject): number | undefined => {
    const count = answer[member];
    return typeof count === 'number' ? count : undefined;
  };

/** Members that a count of Converse is taken over; others are refused. */
const CONVERSE_MEMBERS = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'];

const pick = (body: JsonObject, members: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => members.includes(name)));

const INPUT_TOKENS: TokenCounter = {
  wire: 'openai-responses',
  toBody: toInputTokensBody,
  takesClients: true,
  read: countIn('input_tokens'),
};

const COUNTERS: Readonly<Partial<Record<UpstreamDialectId, TokenCounter>>> = {
  'anthropic-messages': {
    wire: 'anthropic-messages',
    toBody: toCountTokensBody,
    takesClients: true,
    read: countIn('input_tokens'),
  },
  'openai-responses': INPUT_TOKENS,
  // Chat Completions has no counter of its own.
  'openai-chat': INPUT_TOKENS,
  'gemini-generate': { wire: 'gemini-generate', toBody: toGeminiCountBody, read: readGeminiCount },
  'bedrock-converse': {
    wire: 'bedrock-converse',
    toBody: (body) => ({ input: { converse: pick(body, CONVERSE_MEMBERS) } }),
    read: countIn('inputTokens'),
  },
};

/** The counter for targets of a dialect. `members`: those that a provider takes at the top level instead. */
export function findCounter(
  dialect: UpstreamDialectId,
  members: readonly string[] | undefined,
): TokenCounter | undefined {
  const counter = COUNTERS[dialect];
  return counter && members ? { ...counter, toBody: (body) => pick(body, members) } : counter;
}

/** What a counter says, whatever it says; undefined: nothing that could be a count. */
export function readCount({ read }: TokenCounter, text: string): number | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const count = isObject(answer) ? read(answer) : undefined;
    return count !== undefined && Number.isSafeInteger(count) && count > 0 ? count : undefined;
  } catch {
    return undefined;
  }
}
