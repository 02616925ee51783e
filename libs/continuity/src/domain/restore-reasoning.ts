import type { CallPart, ChatRequest, Part, Turn } from '@turnpike/protocol';
import type { KeptReasoning, ReasoningByCall } from './kept-reasoning';
import { demandOf, isCallingTurn, type ReasoningTarget } from './reasoning-target';

type Find = (call: CallPart) => KeptReasoning | undefined;

/** Words that prove nothing are the same ones without their proof: they give way to the whole. */
const isProven = (part: Part): boolean =>
  part.kind !== 'reasoning' ||
  part.signature !== undefined ||
  part.redacted !== undefined ||
  part.raw !== undefined;

/** A turn that has a signature of its own is not restored: what a call has here is another vendor's. */
const signCall = (call: CallPart, { signature }: KeptReasoning): CallPart =>
  signature ? { ...call, signature } : call;

function restoreTurn(turn: Turn, find: Find): Turn {
  const found = new Map<Part, KeptReasoning>();
  for (const part of turn.parts) {
    const kept = part.kind === 'call' ? find(part) : undefined;
    if (kept) found.set(part, kept);
  }
  const all = [...found.values()];
  const thought = all.some((kept) => kept.opening.length + kept.reasoning.length > 0);
  const parts: Part[] = all.flatMap((kept) => kept.opening);
  for (const part of turn.parts) {
    const kept = found.get(part);
    if (part.kind === 'call' && kept) parts.push(...kept.reasoning, signCall(part, kept));
    else if (!thought || isProven(part)) parts.push(part);
  }
  return { ...turn, parts };
}

/**
 * The request as if the client had sent back what it lost: reasoning in its place before the call it led to, signatures
 * on their calls. Turns that have what the target wants stay as they are, and so does what nothing is known of.
 */
export function restoreReasoning(
  request: ChatRequest,
  kept: ReasoningByCall,
  target: ReasoningTarget,
): ChatRequest {
  const demand = kept.size === 0 ? undefined : demandOf(request, target);
  if (!demand) return request;
  const find: Find = (call) => {
    const found = kept.get(call.id);
    // An id that a careless server uses again, for another tool, is another call.
    if (found?.name !== call.name || !target.accepts(found.vendor)) return undefined;
    return demand.accountBound && found.account !== target.account ? undefined : found;
  };
  const isRestorable = (turn: Turn): boolean =>
    isCallingTurn(turn) &&
    !demand.isMet(turn, target) &&
    turn.parts.some((part) => part.kind === 'call' && find(part));
  if (!request.turns.some(isRestorable)) return request;
  return {
    ...request,
    turns: request.turns.map((turn) => (isRestorable(turn) ? restoreTurn(turn, find) : turn)),
  };
}
