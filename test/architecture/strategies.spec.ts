import { configSchema } from '../../libs/config/src/schema';
import { strategy } from '../../libs/config/src/schema-parts';
import type { StrategyName } from '../../libs/provider/src/domain/target';
import type { TaskRule } from '../../libs/routing/src/domain/task-rules';
import type { RouteRule } from '../../libs/provider/src/domain/target';
import { STRATEGIES, type RoutingStrategy } from '../../libs/routing/src/strategies';

type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Libraries that must not import each other state these alike: the compiler compares them here. */
const alike: readonly [Same<StrategyName, RoutingStrategy>, Same<RouteRule, TaskRule>] = [true, true];

it('the configuration takes the strategies that there are, and no others', () => {
  expect(strategy.options).toEqual(Object.keys(STRATEGIES));
  expect(alike).toEqual([true, true]);
});

it.each(Object.keys(STRATEGIES))('takes %s', (name) => {
  const models = { m: { strategy: name, targets: [{ provider: 'a', model: 'x' }] } };
  expect(configSchema.parse({ models }).models['m']?.strategy).toBe(name);
});
