import type { ErrorWording, VendorError } from '../wire/vendor-error';
import { eventFrame } from './event-frame';

const TYPES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  402: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  413: 'ValidationException',
  422: 'ValidationException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
  529: 'ServiceUnavailableException',
};
const WORDINGS: Record<ErrorWording, readonly [type: string, message: string]> = {
  credit: ['ThrottlingException', 'Too many tokens per day, please wait before trying again.'],
  context: ['ValidationException', 'Input is too long for requested model.'],
  model: ['ValidationException', 'The provided model identifier is invalid.'],
  capacity: [
    'ModelNotReadyException',
    'The model is not ready for inference. Wait and try your request again.',
  ],
  filter: ['ValidationException', 'Output blocked by content filtering policy'],
  key: ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
};

/** Type and sentence of an error. */
export function bedrockError(error: VendorError): { type: string; message: string } {
  if (error.wording) {
    const [type, message] = WORDINGS[error.wording];
    return { type, message };
  }
  return { type: error.code ?? TYPES[error.status] ?? 'InternalServerException', message: error.message };
}

/** An error inside a stream: a frame of its own kind. */
export function exceptionFrame(error: VendorError): Buffer {
  const { type, message } = bedrockError(error);
  const headers = {
    ':exception-type': type.charAt(0).toLowerCase() + type.slice(1),
    ':content-type': 'application/json',
    ':message-type': 'exception',
  };
  return eventFrame(headers, JSON.stringify({ message }));
}
