import { GatewayError } from '@turnpike/kernel';
import type { Route } from '@turnpike/provider';
import { headerOf, type Asking } from './request-facts';

export const ROUTE_HEADER = 'x-turnpike-route';
export const PROVIDER_HEADER = 'x-turnpike-provider';

/** A header that says something. */
function stated(asking: Pick<Asking, 'clientHeaders'>, name: string): string | undefined {
  const text = headerOf(asking, name)?.trim();
  return text === '' ? undefined : text;
}

/** The alias that the caller wants to be served by, whatever the body names. */
export const statedRoute = (asking: Pick<Asking, 'clientHeaders'>): string | undefined =>
  stated(asking, ROUTE_HEADER);

/** The route as far as the caller lets it go: only targets of the provider it names. undefined: there is none. */
export function narrowRoute(route: Route, asking: Pick<Asking, 'clientHeaders'>): Route | undefined {
  const provider = stated(asking, PROVIDER_HEADER);
  if (provider === undefined) return route;
  const targets = route.targets.filter((target) => target.provider.name === provider);
  if (targets.length === 0) return undefined;
  return targets.length === route.targets.length ? route : { ...route, targets };
}

/** The caller named a provider that this route does not lead to. */
export function notOnRoute({ alias, targets }: Route): GatewayError {
  const providers = [...new Set(targets.map(({ provider }) => provider.name))].join(', ');
  return new GatewayError(
    'invalid_request',
    `Model "${alias.slice(0, 200)}" has no target at the provider that ${PROVIDER_HEADER} names. Its providers: ${providers}.`,
    { param: PROVIDER_HEADER, final: true },
  );
}
