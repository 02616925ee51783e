import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  EFFORTS,
  readBoolean,
  readInteger,
  readObject,
  type ReasoningRequest,
} from '@turnpike/protocol';
import { knownWord, newWord } from '../../foreign/known-word';

/** Members by which Chat servers are asked to think. */
export const REASONING_MEMBERS = [
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'thinking_budget',
] as const;

/** What asks for an effort that is not known yet, for the client's own vendor. */
export function otherReasoning({ reasoning_effort, reasoning }: JsonObject): JsonObject {
  const word = newWord(reasoning_effort, EFFORTS);
  const inside = isObject(reasoning) ? newWord(reasoning.effort, EFFORTS) : undefined;
  return compact<JsonObject>({
    reasoning_effort: word,
    reasoning: inside === undefined ? undefined : reasoning,
  });
}

/** `{effort, max_tokens, enabled, exclude}`. */
function fromReasoning(reasoning: JsonObject): ReasoningRequest {
  const off = reasoning.enabled === false;
  const on = reasoning.enabled === true;
  const budget = readInteger(reasoning.max_tokens, 'reasoning.max_tokens', 0);
  const effort = off ? 'none' : knownWord(reasoning.effort, 'reasoning.effort', EFFORTS);
  return compact<ReasoningRequest>({
    effort,
    budget: budget ?? (on && effort === undefined ? 'auto' : undefined),
    show: reasoning.exclude === true ? 'omitted' : undefined,
  });
}

/** `{type: "enabled" | "disabled" | "adaptive", budget_tokens}`. */
function fromThinking(thinking: JsonObject): ReasoningRequest {
  if (thinking.type === 'disabled') return { effort: 'none' };
  return { budget: readInteger(thinking.budget_tokens, 'thinking.budget_tokens', 0) ?? 'auto' };
}

function fromSwitch(body: JsonObject): ReasoningRequest | undefined {
  const template = isObject(body.chat_template_kwargs)
    ? body.chat_template_kwargs.enable_thinking
    : undefined;
  const enabled = readBoolean(body.enable_thinking ?? template, 'enable_thinking');
  if (enabled === undefined) return undefined;
  if (!enabled) return { effort: 'none' };
  return { budget: readInteger(body.thinking_budget, 'thinking_budget', 0) ?? 'auto' };
}

/** What the client asks of thinking, in whichever of the members in use. The effort word adds to a switch. */
export function decodeReasoningRequest(body: JsonObject): ReasoningRequest | undefined {
  const effort = knownWord(body.reasoning_effort, 'reasoning_effort', EFFORTS);
  const reasoning = readObject(body.reasoning, 'reasoning');
  const thinking = readObject(body.thinking, 'thinking');
  const asked = reasoning ? fromReasoning(reasoning) : thinking ? fromThinking(thinking) : fromSwitch(body);
  const off = asked?.effort === 'none' && effort === undefined;
  const merged = compact<ReasoningRequest>({ ...asked, effort: off ? 'none' : (effort ?? asked?.effort) });
  return Object.keys(merged).length === 0 ? undefined : merged;
}
