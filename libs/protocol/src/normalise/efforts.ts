import type { Effort, ReasoningRequest } from '../canonical/request';

/** From least to most. */
export const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

const BUDGET_OF: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
  max: 65_536,
};

/** Upper ends of the budgets that stand for an effort, in tokens. */
const CUTS: readonly (readonly [number, Effort])[] = [
  [0, 'none'],
  [512, 'minimal'],
  [1_024, 'low'],
  [8_192, 'medium'],
  [24_576, 'high'],
];

export const budgetOfEffort = (effort: Effort): number => BUDGET_OF[effort];

export const effortOfBudget = (tokens: number): Effort => CUTS.find(([end]) => tokens <= end)?.[1] ?? 'xhigh';

/**
 * The nearest listed effort that is not above the wanted one, else the lowest listed. Thinking that was asked for is
 * not switched off by it: `none` is only given for `none`.
 */
export function clampEffort(wanted: Effort, listed: readonly Effort[] | undefined): Effort {
  if (!listed || listed.length === 0 || listed.includes(wanted)) return wanted;
  const ranked = EFFORTS.filter((effort) => listed.includes(effort) && effort !== 'none');
  const below = ranked.filter((effort) => EFFORTS.indexOf(effort) < EFFORTS.indexOf(wanted));
  return below.at(-1) ?? ranked[0] ?? 'none';
}

/** The effort a request asks for, in words; undefined leaves it to the model. */
export function wantedEffort(reasoning: ReasoningRequest): Effort | undefined {
  if (reasoning.budget === 0) return 'none';
  if (reasoning.effort !== undefined) return reasoning.effort;
  return typeof reasoning.budget === 'number' ? effortOfBudget(reasoning.budget) : undefined;
}

/** Whether thinking is asked for, however much of it. A word about showing it alone asks for none. */
export function asksToThink(reasoning: ReasoningRequest | undefined): boolean {
  const effort = reasoning && wantedEffort(reasoning);
  return effort === undefined ? reasoning?.budget === 'auto' : effort !== 'none';
}
