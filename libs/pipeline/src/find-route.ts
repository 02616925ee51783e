import { holdsKey, mayUseModel, type Principal } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';
import type { ModelCatalog, Route } from '@turnpike/provider';
import { chooseByRules } from '@turnpike/routing';
import type { CallContext } from './call-context';
import type { Asked } from './operations/asked';
import { narrowRoute, notOnRoute, ROUTE_HEADER, statedRoute } from './overrides';
import { RequestFacts } from './request-facts';

export type Caller = Pick<CallContext, 'principal' | 'clientHeaders' | 'dialect'>;

/**
 * The route that serves a request: the one that the caller states, else the one of the asked model after its rules; and
 * of it what the caller lets stand. Aliases that rules name need no right of their own.
 * @throws GatewayError invalid_request (a key where a name belongs, a provider that is not on the route),
 * model_not_allowed, model_unknown.
 */
export function chooseRoute(catalog: ModelCatalog, caller: Caller, asked: Asked): Route {
  const stated = statedRoute(caller);
  const route =
    stated === undefined
      ? followRules(catalog, findRoute(catalog, caller.principal, asked.model), caller, asked)
      : findRoute(catalog, caller.principal, stated, ROUTE_HEADER);
  const narrowed = narrowRoute(route, caller);
  if (!narrowed) throw notOnRoute(route);
  return narrowed;
}

/** Rules may lead to an alias with rules of its own: a configuration in which that never ends is refused. */
function followRules(catalog: ModelCatalog, first: Route, caller: Caller, asked: Asked): Route {
  if (!first.rules) return first;
  const facts = new RequestFacts(asked, caller);
  let route = first;
  for (;;) {
    const use = route.rules && chooseByRules(route.rules, facts);
    const next = use === undefined ? undefined : catalog.resolve(use);
    if (!next) return route;
    route = next;
  }
}

/** Right first, then route: a key learns nothing of models it may not use. `param` is what named the model. */
function findRoute(catalog: ModelCatalog, principal: Principal, model: string, param = 'model'): Route {
  if (holdsKey(model)) {
    const message = 'A Turnpike key stands where the name of the model belongs. It was not passed on.';
    throw new GatewayError('invalid_request', message, { param, final: true });
  }
  const shown = model.slice(0, 200);
  if (!mayUseModel(principal, model)) {
    throw new GatewayError(
      'model_not_allowed',
      `Your key may not use model "${shown}" (key). GET /v1/models lists what it may use.`,
      { param, final: true },
    );
  }
  const route = catalog.resolve(model);
  if (route) return route;
  throw new GatewayError(
    'model_unknown',
    `There is no model "${shown}" here. GET /v1/models lists the models; a provider's own model is asked for as provider/model.`,
    { param, final: true },
  );
}
