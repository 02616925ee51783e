import type { Forgetting } from '../group-store';
import type { Bench } from './bench';
import { withMember, type GroupState } from './group-state';

/** The state without it; the same state when there was nothing. */
export function forgetInGroup(state: GroupState, what: Forgetting): GroupState {
  if (what.kind === 'breaker')
    return Object.hasOwn(state.breakers, what.place)
      ? { ...state, breakers: withMember(state.breakers, what.place, undefined) }
      : state;
  const bench = Object.hasOwn(state.benches, what.subject) ? state.benches[what.subject] : undefined;
  if (!bench || !Object.hasOwn(bench.coolings, what.class)) return state;
  const left = Object.entries(bench.coolings).filter(([kind]) => kind !== what.class);
  const next: Bench | undefined =
    left.length > 0 ? { ...bench, coolings: Object.fromEntries(left) } : undefined;
  return { ...state, benches: withMember(state.benches, what.subject, next) };
}
