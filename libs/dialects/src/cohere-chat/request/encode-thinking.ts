import type { JsonObject } from '@turnpike/kernel';
import { budgetOfEffort, compact, wantedEffort } from '@turnpike/protocol';
import type { UpstreamEncoding } from '../../upstream-only';

/** `thinking`, for the models that reason; the others refuse the member. */
export function encodeThinking({ request, capabilities, losses }: UpstreamEncoding): JsonObject | undefined {
  const { reasoning, maxTokens } = request;
  if (!reasoning) return undefined;
  const wanted = wantedEffort(reasoning);
  if (capabilities.thinking === 'none') {
    if (wanted !== 'none') losses.dropped('thinking');
    return undefined;
  }
  if (wanted === 'none') return { type: 'disabled' };
  const { budget } = reasoning;
  const asked = typeof budget === 'number' ? budget : wanted && budgetOfEffort(wanted);
  const most = Math.min(maxTokens ?? Infinity, capabilities.maxOutputTokens ?? Infinity);
  if (asked === undefined || asked < most) return compact({ type: 'enabled', token_budget: asked });
  // The answer needs room behind the thoughts.
  losses.add('clamped:budget_tokens');
  return { type: 'enabled', token_budget: Math.max(1, Math.floor(most / 2)) };
}
