import type { Effort, ReasoningRequest } from '../canonical/request';
import { asksToThink, budgetOfEffort, clampEffort, effortOfBudget, EFFORTS, wantedEffort } from './efforts';

describe('effortOfBudget', () => {
  it.each([
    [0, 'none'],
    [512, 'minimal'],
    [513, 'low'],
    [1_024, 'low'],
    [8_192, 'medium'],
    [24_576, 'high'],
    [24_577, 'xhigh'],
  ])('%i tokens are %s', (tokens, effort) => {
    expect(effortOfBudget(tokens)).toBe(effort);
  });
});

describe('clampEffort', () => {
  it.each<[Effort, Effort[] | undefined, Effort]>([
    ['high', undefined, 'high'],
    ['xhigh', ['low', 'medium', 'high'], 'high'],
    ['medium', ['low', 'high'], 'low'],
    ['minimal', ['none', 'low'], 'low'],
    ['low', ['none', 'high', 'max'], 'high'],
    ['none', ['low', 'high'], 'low'],
    ['none', ['none', 'low'], 'none'],
  ])('%s of %j is %s', (wanted, listed, expected) => {
    expect(clampEffort(wanted, listed)).toBe(expected);
  });
});

it('ranks budgets as it ranks efforts', () => {
  const budgets = EFFORTS.map(budgetOfEffort);
  expect(budgets).toEqual([...budgets].sort((a, b) => a - b));
});

it.each([
  [{ effort: 'low' as const, budget: 30_000 }, 'low'],
  [{ effort: 'high' as const, budget: 0 }, 'none'],
  [{ budget: 2_048 }, 'medium'],
  [{ budget: 'auto' as const }, undefined],
])('%j asks for %s', (reasoning, expected) => {
  expect(wantedEffort(reasoning)).toBe(expected);
});

it.each<[ReasoningRequest | undefined, boolean]>([
  [undefined, false],
  [{}, false],
  [{ show: 'auto' }, false],
  [{ effort: 'none' }, false],
  [{ effort: 'minimal' }, true],
  [{ effort: 'high', budget: 0 }, false],
  [{ budget: 0 }, false],
  [{ budget: 1 }, true],
  [{ budget: 'auto', show: 'omitted' }, true],
])('%j asks to think: %s', (reasoning, thinks) => {
  expect(asksToThink(reasoning)).toBe(thinks);
});
