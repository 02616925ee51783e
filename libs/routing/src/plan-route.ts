import { planCandidates, type CandidateQuestion } from './domain/plan-candidates';
import type { RoutableTarget, RoutePlan } from './domain/types';
import { STRATEGIES, type RoutingStrategy } from './strategies';

/** The same with the strategy by its name, as a route of the configuration states it. */
export interface RouteQuestion<T extends RoutableTarget> extends Omit<CandidateQuestion<T>, 'strategy'> {
  readonly strategy: RoutingStrategy;
}

/** Orders the candidates of a route; what cools is dropped, with reason and time. */
export const planRoute = <T extends RoutableTarget>(question: RouteQuestion<T>): RoutePlan<T> =>
  planCandidates({ ...question, strategy: STRATEGIES[question.strategy] });
