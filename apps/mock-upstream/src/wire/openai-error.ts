import type { JsonObject } from '@turnpike/kernel';
import type { ErrorWording, VendorError } from './vendor-error';

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  403: 'permission_error',
  404: 'invalid_request_error',
  413: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
};
const CODES: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  404: 'model_not_found',
  413: 'request_too_large',
  429: 'rate_limit_exceeded',
  503: 'server_is_overloaded',
};
const WORDINGS: Record<ErrorWording, { message: string; type: string; code: string }> = {
  credit: {
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  },
  context: {
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 250000 tokens.",
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
  },
  model: {
    message: 'The model does not exist or you do not have access to it.',
    type: 'invalid_request_error',
    code: 'model_not_found',
  },
  capacity: {
    message: 'The engine is currently overloaded, please try again later.',
    type: 'server_error',
    code: 'server_is_overloaded',
  },
  filter: {
    message: 'The response was filtered due to the prompt triggering content management policy.',
    type: 'invalid_request_error',
    code: 'content_filter',
  },
  key: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
};

/** An error in the shape of OpenAI and those who copy it. */
export function openaiError({ status, message, param, wording, ...own }: VendorError): JsonObject {
  if (wording) return { error: { ...WORDINGS[wording], param: param ?? null } };
  const type = own.type ?? TYPES[status] ?? 'server_error';
  return { error: { message, type, param: param ?? null, code: own.code ?? CODES[status] ?? null } };
}
