import fc from 'fast-check';
import { target } from '../testing/targets';
import { isAt, preferPlace } from './prefer-place';
import type { RoutableTarget, RoutePlan } from './types';

const TARGETS = [target('a/m', ['k1', 'k2']), target('a/n', ['k1', 'k2']), target('b/m', ['k1'])];
const ALL = TARGETS.flatMap((each) =>
  each.provider.credentials.map((credential) => ({ target: each, credential })),
);
const planOf = (candidates: RoutePlan<RoutableTarget>['candidates']): RoutePlan<RoutableTarget> => ({
  candidates,
  cooling: [],
  dropped: [],
});
const place = fc.record({
  credentialId: fc.constantFrom('a/k1', 'a/k2', 'b/k1', 'c/k1'),
  model: fc.constantFrom('m', 'n', 'o'),
});
const names = (plan: RoutePlan<RoutableTarget>): string[] =>
  plan.candidates.map(({ target: { model }, credential }) => `${credential.id} ${model}`);

describe('preferPlace', () => {
  it('puts the place first where the plan has it, and leaves all others in their order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ALL), place, (candidates, at) => {
        const plan = planOf(candidates);
        const after = preferPlace(plan, at);
        const isThere = candidates.some((candidate) => isAt(candidate, at));
        if (!isThere) return expect(after).toBe(plan);
        expect(names(after)[0]).toBe(`${at.credentialId} ${at.model}`);
        expect(names(after).slice(1)).toEqual(names(plan).filter((name) => name !== names(after)[0]));
      }),
    );
  });

  it('keeps what the plan says of others', () => {
    const plan = { ...planOf(ALL), earliestWakeMs: 5 };
    expect(preferPlace(plan, { credentialId: 'b/k1', model: 'm' })).toMatchObject({
      earliestWakeMs: 5,
      cooling: [],
    });
    expect(preferPlace(plan, undefined)).toBe(plan);
    expect(preferPlace(plan, { credentialId: 'a/k1', model: 'm' })).toBe(plan);
  });
});
