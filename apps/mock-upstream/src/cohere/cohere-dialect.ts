import type { JsonObject } from '@turnpike/kernel';
import type { ErrorWording, VendorError } from '../wire/vendor-error';
import type { WireDialect } from '../wire/wire-dialect';
import { checkCohere } from './check-cohere';
import { understandCohere } from './understand-cohere';
import { cohereEvent, streamCohere, writeCohere } from './write-cohere';

const WORDINGS: Record<ErrorWording, string> = {
  credit: 'You have exceeded your billing limit. Please upgrade your plan or add credits.',
  context: 'too many tokens: total number of tokens in the prompt cannot exceed 256000 - received 300000.',
  model:
    "model 'no-such-model' not found, make sure the correct model ID was used and that you have access to the model.",
  capacity: 'The service is overloaded, please try again later.',
  filter: 'The request was blocked by the safety filter.',
  key: 'invalid api token',
};

const sentence = ({ message, wording }: VendorError): string => (wording ? WORDINGS[wording] : message);

/** An error in Cohere's shape. */
export const cohereError = (error: VendorError): JsonObject => ({
  id: '00000000-0000-4000-8000-000000000000',
  message: sentence(error),
});

/** Cohere's chat of the second version. */
export const cohereDialect: WireDialect = {
  name: 'cohere',
  credentialOf: (headers) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1],
  check: checkCohere,
  understand: ({ members }) => understandCohere(members),
  whole: writeCohere,
  steps: streamCohere,
  errorBody: cohereError,
  errorEvent: (error) =>
    cohereEvent('message-end', { delta: { finish_reason: 'ERROR', error: sentence(error) } }),
};
