import { isObject, type JsonObject } from '@turnpike/kernel';
import { clampEffort, compact, wantedEffort, type Effort, type ReasoningRequest } from '@turnpike/protocol';
import type { ChatEncoding } from './chat-encoding';

/** Words of newest models where none are listed. */
const DEFAULT_EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

function effortWord(reasoning: ReasoningRequest, encoding: ChatEncoding): Effort | undefined {
  const wanted = wantedEffort(reasoning);
  if (wanted === undefined) return undefined;
  const listed = encoding.capabilities.efforts ?? (encoding.sameDialect ? undefined : DEFAULT_EFFORTS);
  const sent = clampEffort(wanted, listed);
  if (sent !== wanted) encoding.losses.add('clamped:reasoning_effort');
  return sent;
}

/** `{effort | max_tokens, enabled, exclude}`. */
function asReasoning(reasoning: ReasoningRequest, effort: Effort | undefined): JsonObject {
  const exclude = reasoning.show === 'omitted' ? true : undefined;
  if (effort === 'none') return { reasoning: { enabled: false } };
  if (typeof reasoning.budget === 'number')
    return { reasoning: compact({ max_tokens: reasoning.budget, exclude }) };
  return { reasoning: compact({ effort, enabled: effort === undefined ? true : undefined, exclude }) };
}

const budgetOf = ({ budget }: ReasoningRequest): number | undefined =>
  typeof budget === 'number' ? budget : undefined;

function asThinking(effort: Effort | undefined, encoding: ChatEncoding): JsonObject {
  const wordTaken = encoding.capabilities.efforts !== undefined;
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  return compact({ thinking: { type: 'enabled' }, reasoning_effort: wordTaken ? effort : undefined });
}

/** How this upstream is asked to think; nothing where it cannot be asked. */
export function encodeReasoningRequest(encoding: ChatEncoding): JsonObject {
  const { reasoning, native } = encoding.request;
  const { reasoningField, thinking, minimalFields } = encoding.capabilities;
  if (!reasoning) return {};
  if (encoding.sameDialect && isObject(native.chat_template_kwargs)) return {};
  const field = reasoningField ?? (minimalFields === true ? 'none' : 'reasoning_effort');
  if (field === 'none' || thinking === 'none') {
    if (reasoning.effort !== 'none') encoding.losses.dropped('reasoning_effort');
    return {};
  }
  const effort = effortWord(reasoning, encoding);
  switch (field) {
    case 'reasoning_effort':
      return effort === undefined ? {} : { reasoning_effort: effort };
    case 'reasoning':
      return asReasoning(reasoning, effort);
    case 'thinking':
      return asThinking(effort, encoding);
    case 'enable_thinking':
      return compact({ enable_thinking: effort !== 'none', thinking_budget: budgetOf(reasoning) });
    case 'chat_template_kwargs':
      return { chat_template_kwargs: { enable_thinking: effort !== 'none' } };
  }
}
