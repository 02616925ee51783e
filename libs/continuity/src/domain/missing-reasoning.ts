import type { ChatRequest } from '@turnpike/protocol';
import { demandOf, isCallingTurn, type ReasoningTarget } from './reasoning-target';

/** Calls that are looked up for one request at most; the latest count, because the turn under way is the last. */
const MOST_CALLS = 512;

/** Ids of the calls whose reasoning the target wants to see and the client did not send back, the latest last. */
export function missingReasoning(request: ChatRequest, target: ReasoningTarget): string[] {
  const demand = demandOf(request, target);
  if (!demand) return [];
  const ids = new Set<string>();
  for (const turn of request.turns) {
    if (!isCallingTurn(turn) || demand.isMet(turn, target)) continue;
    for (const part of turn.parts) if (part.kind === 'call' && part.id !== '') ids.add(part.id);
  }
  return [...ids].slice(-MOST_CALLS);
}
