import type { SessionPlace } from './session-places';
import type { Candidate, RoutableTarget, RoutePlan } from './types';

export const isAt = <T extends RoutableTarget>(
  { target, credential }: Candidate<T>,
  place: SessionPlace,
): boolean => credential.id === place.credentialId && target.model === place.model;

/** The candidate where the session was served last goes first; a plan without it stays as it is. */
export function preferPlace<T extends RoutableTarget>(
  plan: RoutePlan<T>,
  place: SessionPlace | undefined,
): RoutePlan<T> {
  if (!place) return plan;
  const { candidates } = plan;
  const at = candidates.findIndex((candidate) => isAt(candidate, place));
  const preferred = candidates[at];
  if (at <= 0 || !preferred) return plan;
  return { ...plan, candidates: [preferred, ...candidates.slice(0, at), ...candidates.slice(at + 1)] };
}
