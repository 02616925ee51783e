import { GatewayError } from '@turnpike/kernel';
import { readMember, type Envelope } from '@turnpike/protocol';

/** @throws GatewayError invalid_request: without a model there is no route. */
export function readModel(envelope: Envelope): string {
  const model = readMember(envelope, 'model');
  if (typeof model === 'string' && model.length > 0) return model;
  const what = model === undefined ? 'is missing' : model === '' ? 'is empty' : 'is not a string';
  throw new GatewayError(
    'invalid_request',
    `"model" ${what}. Name one of the models that GET /v1/models lists.`,
    { param: 'model' },
  );
}

/** @throws GatewayError invalid_request. */
export function readStream(envelope: Envelope): boolean {
  const stream = readMember(envelope, 'stream');
  if (stream === undefined || stream === null) return false;
  if (typeof stream === 'boolean') return stream;
  throw new GatewayError('invalid_request', '"stream" must be true or false.', { param: 'stream' });
}
