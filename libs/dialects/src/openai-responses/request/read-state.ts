import { GatewayError, type JsonObject } from '@turnpike/kernel';

const isAsked = (value: JsonObject[string]): boolean =>
  value !== undefined && value !== null && value !== false;

function refuseState(message: string, param: string, vendorCode?: string): never {
  throw new GatewayError('invalid_request', message, {
    param,
    ...(vendorCode === undefined ? {} : { vendorCode }),
  });
}

/**
 * State that only the server with the earlier response has. It is never ignored: the answer would be to another
 * conversation than the client means.
 * @throws GatewayError invalid_request
 */
export function refuseStoredState(body: JsonObject): void {
  if (isAsked(body.previous_response_id))
    refuseState(
      'The previous response is not stored on this route: send the whole conversation in input.',
      'previous_response_id',
      'previous_response_not_found',
    );
  if (isAsked(body.conversation))
    refuseState(
      'Stored conversations do not exist on this route: name the response before with previous_response_id.',
      'conversation',
    );
  if (isAsked(body.background))
    refuseState('Background responses do not exist on this route: leave background out.', 'background');
  if (isAsked(body.prompt))
    refuseState('Stored prompts do not exist on this route: send the instructions themselves.', 'prompt');
}
