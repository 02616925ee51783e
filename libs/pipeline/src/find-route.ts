import { holdsKey, mayUseModel, type Principal } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';
import type { ModelCatalog, Route } from '@turnpike/provider';

/**
 * Right first, then route: a key learns nothing of models it may not use.
 * @throws GatewayError invalid_request (a key where a name belongs), model_not_allowed, model_unknown.
 */
export function findRoute(catalog: ModelCatalog, principal: Principal, model: string): Route {
  if (holdsKey(model)) {
    const message = 'A Turnpike key stands where the name of the model belongs. It was not passed on.';
    throw new GatewayError('invalid_request', message, { param: 'model', final: true });
  }
  const shown = model.slice(0, 200);
  if (!mayUseModel(principal, model)) {
    throw new GatewayError(
      'model_not_allowed',
      `Your key may not use model "${shown}" (key). GET /v1/models lists what it may use.`,
      { param: 'model', final: true },
    );
  }
  const route = catalog.resolve(model);
  if (route) return route;
  throw new GatewayError(
    'model_unknown',
    `There is no model "${shown}" here. GET /v1/models lists the models; a provider's own model is asked for as provider/model.`,
    { param: 'model', final: true },
  );
}
