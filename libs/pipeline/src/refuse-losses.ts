import { GatewayError } from '@turnpike/kernel';
import type { Loss } from '@turnpike/protocol';
import type { Route, Target } from '@turnpike/provider';

/** What one target could not carry. */
export interface TargetLosses {
  readonly target: Target;
  readonly losses: readonly Loss[];
}

/** What of a call a strict alias asks for. */
export interface StrictCall {
  readonly route: Route | undefined;
  readonly strictLosses: TargetLosses[];
}

const MOST_NAMED = 20;

const nameLosses = ({ target, losses }: TargetLosses): string => {
  const more = losses.length > MOST_NAMED ? `, and ${losses.length - MOST_NAMED} more` : '';
  return `${target.provider.name} (model ${target.model}): ${losses.slice(0, MOST_NAMED).join(', ')}${more}`;
};

/** A strict alias passes over targets that would lose something: why, over all of them so far; undefined: none would. */
export function refuseLosses(
  { route, strictLosses }: StrictCall,
  target: Target,
  losses: readonly Loss[],
): GatewayError | undefined {
  if (!route?.strict || losses.length === 0) return undefined;
  strictLosses.push({ target, losses });
  return new GatewayError(
    'translation_loss',
    `Model "${route.alias}" is strict, and no target of it can carry this request as it is (gateway): ${strictLosses.map(nameLosses).join('; ')}. Leave these out, or ask for a model that is not strict.`,
    { param: 'model', final: true },
  );
}
