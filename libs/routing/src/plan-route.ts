import { planCandidates, type PlanSignals } from './domain/plan-candidates';
import type { RoutableTarget, RoutePlan } from './domain/types';
import { STRATEGIES, type RoutingStrategy } from './strategies';

/** Orders the candidates of a route by its strategy; what cools is dropped, with reason and time. */
export const planRoute = <T extends RoutableTarget>(
  route: { readonly strategy: RoutingStrategy; readonly targets: readonly T[] },
  signals: PlanSignals,
): RoutePlan<T> => planCandidates(STRATEGIES[route.strategy], route.targets, signals);
