import type { JsonObject } from '@turnpike/kernel';
import type { StopReason } from '@turnpike/protocol';
import { objectOf, textOf } from '../../answer';

/** `status` of a whole response; absent means complete, as servers without one give whole answers only. */
export function readStatus(response: JsonObject): StopReason {
  switch (textOf(response.status)) {
    case 'incomplete':
      return textOf(objectOf(response.incomplete_details)?.reason) === 'content_filter'
        ? 'filtered'
        : 'length';
    case 'failed':
    case 'cancelled':
    case 'queued':
    case 'in_progress':
      return 'error';
    default:
      return 'end';
  }
}

/** What the items tell beyond the status: calls mean tools, a refusal is one; length and filters are never overridden. */
export function settleStatus(
  stop: StopReason,
  said: { readonly wholeCalls: number; readonly refusal: boolean },
): StopReason {
  if (stop !== 'end') return stop;
  if (said.wholeCalls > 0) return 'tool';
  return said.refusal ? 'refusal' : 'end';
}
