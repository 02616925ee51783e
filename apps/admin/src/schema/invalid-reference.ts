import { GatewayError } from '@turnpike/kernel';

/** A reference to something that does not exist. What was named passed its pattern, so it may be repeated. */
export class InvalidReference extends GatewayError {
  constructor(field: string, reference: string) {
    super('invalid_request', `The body is not valid. ${field}: there is no ${field} "${reference}".`, {
      param: field,
    });
  }
}
