import type { JsonObject } from '@turnpike/kernel';
import { asText } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { expandInput, typeOf } from './expand-input';

/** Calls that the caller answers, and the type of the answer. */
const ANSWERS: Readonly<Record<string, string>> = {
  function_call: 'function_call_output',
  custom_tool_call: 'custom_tool_call_output',
};
const TITLES: Readonly<Record<string, string>> = {
  function_call_output: 'function call output',
  custom_tool_call_output: 'custom tool call output',
};

function checkPairs(items: readonly JsonObject[]): VendorError | undefined {
  const open = new Map<string, string>();
  for (const item of items) {
    const type = typeOf(item);
    const id = asText(item.call_id);
    if (ANSWERS[type]) {
      if (open.has(id)) return complain('input', `Duplicate tool call with call_id ${id}.`);
      open.set(id, type);
      continue;
    }
    const title = TITLES[type];
    if (!title) continue;
    if (ANSWERS[open.get(id) ?? ''] !== type)
      return complain('input', `No tool call found for ${title} with call_id ${id}.`);
    open.delete(id);
  }
  const [unanswered] = open.keys();
  return unanswered === undefined
    ? undefined
    : complain('input', `No tool output found for function call ${unanswered}.`);
}

function checkIds(items: readonly JsonObject[]): VendorError | undefined {
  const seen = new Set<string>();
  for (const id of items.map((item) => asText(item.id)).filter((text) => text !== '')) {
    if (seen.has(id))
      return complain(
        'input',
        `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`,
      );
    seen.add(id);
  }
  return undefined;
}

const isProduct = (item: JsonObject | undefined): boolean =>
  item !== undefined &&
  (item.role === 'assistant' || typeOf(item) === 'reasoning' || typeOf(item).endsWith('_call'));

/** Reasoning stands right before what it led to, and what is known to come from reasoning stands right after it. */
function checkReasoning(items: readonly JsonObject[], wire: WireRequest): VendorError | undefined {
  for (const [i, item] of items.entries()) {
    const id = asText(item.id);
    if (typeOf(item) === 'reasoning') {
      if (!isProduct(items[i + 1]))
        return complain(
          'input',
          `Item '${id}' of type 'reasoning' was provided without its required following item.`,
        );
      continue;
    }
    const needs = id ? wire.kept.item(id, wire.credential)?.reasoningId : undefined;
    if (needs !== undefined && asText(items[i - 1]?.id) !== needs)
      return complain(
        'input',
        `Item '${id}' of type '${typeOf(item)}' was provided without its required 'reasoning' item: '${needs}'.`,
      );
  }
  return undefined;
}

/** The vendor's complaint about how the items of the whole conversation hang together, or undefined. */
export function checkConversation(wire: WireRequest): VendorError | undefined {
  const items = expandInput(wire);
  return checkIds(items) ?? checkPairs(items) ?? checkReasoning(items, wire);
}
