import type { Random } from '@turnpike/kernel';
import type { Route, Target } from '@turnpike/provider';
import {
  placesOf,
  planRoute,
  preferPlace,
  type CallSize,
  type RoutePlan,
  type SessionPlace,
  type TargetSignals,
} from '@turnpike/routing';
import { estimateCost } from './estimate-cost';
import type { GatewaySnapshot, PipelineDeps } from './ports';

/** Everything that the order of a route's candidates depends on, besides what is known of them. */
export interface PlanQuestion {
  readonly route: Route;
  readonly size: CallSize;
  readonly snapshot: GatewaySnapshot;
  readonly nowMs: number;
  readonly random: Random;
  /** Calls that the route has had before. */
  readonly turn: number;
  /** Credential that alone may be asked. */
  readonly pin: string | undefined;
  /** Where the session was served last. */
  readonly place: SessionPlace | undefined;
}

/** The candidates of a route in the order in which a call would try them. Takes nothing and asks nobody. */
export function planCall(question: PlanQuestion, { gates }: Pick<PipelineDeps, 'gates'>): RoutePlan<Target> {
  const { route, size, nowMs, random, turn, pin, place } = question;
  const plan = planRoute({
    strategy: route.strategy,
    targets: route.targets,
    look: (at) => gates.look(at, size, nowMs),
    of: (target) => signalsOf(question, target as Target, gates),
    random,
    turn,
  });
  return preferPlace(pin === undefined ? plan : onlyAt(pin, plan), place);
}

/** One credential alone, and at once: others need not wait until it is there again. */
const onlyAt = (credentialId: string, { candidates, forced }: RoutePlan<Target>): RoutePlan<Target> => ({
  candidates: candidates.filter(({ credential }) => credential.id === credentialId),
  ...(forced ? { forced } : {}),
  cooling: [],
  dropped: [],
});

/** A target is as good as the best of its credentials. Prices are looked up where the strategy asks for them. */
export function signalsOf(
  question: PlanQuestion,
  target: Target,
  gates: PipelineDeps['gates'],
): TargetSignals {
  const all = placesOf([target]).map((place) => gates.signals(place, question.nowMs));
  const rooms = all.flatMap(({ headroom }) => headroom ?? []);
  const times = all.flatMap(({ ttftMs }) => ttftMs ?? []);
  return {
    inFlight: all.length > 0 ? Math.min(...all.map(({ inFlight }) => inFlight)) : 0,
    penalty: all.length > 0 ? Math.min(...all.map(({ penalty }) => penalty)) : 0,
    ...(rooms.length > 0 && rooms.length === all.length ? { headroom: Math.max(...rooms) } : {}),
    ...(times.length > 0 ? { ttftMs: Math.min(...times) } : {}),
    get costPicoUsd() {
      return estimateCost(question, target);
    },
  };
}
