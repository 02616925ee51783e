import { GatewayError, numberOf, type Json, type JsonObject } from '@turnpike/kernel';
import { readBoolean, readInteger, refuse, type ChatRequest, type Loss } from '@turnpike/protocol';
import { decodeChatRequest } from '../../openai-chat/request';

/** A legacy completion, as what a chat model can be asked: one user turn for each prompt. */
export interface CompletionRequest {
  readonly prompts: readonly string[];
  /** One per prompt; they differ in that turn alone. */
  readonly chats: readonly ChatRequest[];
  /** The answer begins with the prompt. */
  readonly echo: boolean;
  readonly losses: readonly Loss[];
}

/** Each is a call of its own. */
const MOST_PROMPTS = 64;

/** Members that Chat does not know, or means differently. */
const OWN: ReadonlySet<string> = new Set(['prompt', 'suffix', 'echo', 'best_of', 'logprobs']);

const unsupported = (param: string, problem: string): never => {
  throw new GatewayError('unsupported_content', `${param} ${problem}.`, { param });
};

function readPrompt(value: Json, param: string): string {
  if (Array.isArray(value) || numberOf(value) !== undefined)
    return unsupported('prompt', 'is made of token ids, which this model does not take. Send text');
  if (typeof value !== 'string') return refuse(param, 'must be a string');
  return value === '' ? refuse(param, 'must not be an empty string') : value;
}

function readPrompts(value: Json | undefined, stream: boolean): readonly string[] {
  if (value === undefined || value === null) return refuse('prompt', 'is required');
  if (!Array.isArray(value)) return [readPrompt(value, 'prompt')];
  if (value.length === 0) refuse('prompt', 'must not be an empty list');
  const prompts = value.map((each, i) => readPrompt(each, `prompt[${i}]`));
  if (prompts.length > MOST_PROMPTS) unsupported('prompt', `must not hold more than ${MOST_PROMPTS} texts`);
  if (stream && prompts.length > 1)
    unsupported('prompt', 'holds several texts, which this model can only answer without stream');
  return prompts;
}

/**
 * `POST /v1/completions` for models that only chat.
 * @throws GatewayError invalid_request; unsupported_content: a suffix, token ids, a stream over several prompts.
 */
export function decodeCompletionRequest(body: JsonObject): CompletionRequest {
  const { suffix, best_of: bestOf } = body;
  if (typeof suffix === 'string' && suffix !== '')
    unsupported('suffix', 'asks for text between two others, which this model cannot write');
  const choices = readInteger(body.n, 'n', 1) ?? 1;
  if ((readInteger(bestOf, 'best_of', 1) ?? choices) < choices) refuse('best_of', 'must not be less than n');
  const stream = readBoolean(body.stream, 'stream') ?? false;
  const prompts = readPrompts(body.prompt, stream);
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !OWN.has(name)));
  const chatOf = (content: string): ChatRequest =>
    decodeChatRequest({ ...rest, messages: [{ role: 'user', content }] });
  return {
    prompts,
    chats: prompts.map(chatOf),
    echo: readBoolean(body.echo, 'echo') ?? false,
    losses: [
      ...(bestOf !== undefined && bestOf !== null && bestOf !== choices ? ['dropped:best_of'] : []),
      ...(body.logprobs === undefined || body.logprobs === null ? [] : ['dropped:logprobs']),
    ],
  };
}
