import { missingReasoning } from '@turnpike/continuity';
import { GatewayError } from '@turnpike/kernel';
import type { ChatRequest } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import { CallBody } from './call-body';
import type { CallRun } from './call-run';
import type { Asked } from './operations/asked';
import { chooseLane } from './prepare-call';
import { reasoningTargetOf } from './reasoning-target-of';

/**
 * Looks up what the target wants to see of the reasoning behind earlier calls and the client has lost, once per call
 * and id. undefined: there is nothing to wait for, which is the common case. What is found is filled in by `prepare`.
 */
export function recallReasoning(run: CallRun, asked: Asked, target: Target): Promise<void> | undefined {
  const { memory } = run.deps;
  if (!memory || !(asked instanceof CallBody)) return undefined;
  if (chooseLane(run.call, asked, target) === 'passthrough') return undefined;
  const request = decode(asked);
  if (!request) return undefined;
  const recalled = (asked.recalled ??= { asked: new Set(), found: new Map() });
  const ids = missingReasoning(request, reasoningTargetOf(target)).filter((id) => !recalled.asked.has(id));
  if (ids.length === 0) return undefined;
  for (const id of ids) recalled.asked.add(id);
  return memory.recallReasoning(run.call.principal.owner.id, ids).then((found) => {
    for (const [id, kept] of found) recalled.found.set(id, kept);
  });
}

/** A request that cannot be decoded is refused when it is prepared. */
function decode(body: CallBody): ChatRequest | undefined {
  try {
    return body.canonical();
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}
