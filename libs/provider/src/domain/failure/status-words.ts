import type { FailureClass } from '@turnpike/protocol';

/** HTTP status that a vendor's type or code stands for, where a 200 hides the real one. */
const STATUS_OF_WORD: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_request: 400,
  bad_request_error: 400,
  badrequesterror: 400,
  invalid_argument: 400,
  failed_precondition: 400,
  validationexception: 400,
  authentication_error: 401,
  unauthenticated: 401,
  billing_error: 402,
  permission_error: 403,
  permission_denied: 403,
  not_found_error: 404,
  not_found: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  rate_limited: 429,
  too_many_requests: 429,
  usage_limit_reached: 429,
  resource_exhausted: 429,
  throttlingexception: 429,
  insufficient_quota: 429,
  api_error: 500,
  server_error: 500,
  internal_server_error: 500,
  internalservererror: 500,
  internal: 500,
  upstream_error: 502,
  unavailable: 503,
  service_unavailable_error: 503,
  timeout_error: 504,
  deadline_exceeded: 504,
  overloaded_error: 529,
};

export const statusOfWords = (codes: readonly string[]): number | undefined =>
  codes.map((code) => STATUS_OF_WORD[code]).find((status) => status !== undefined);

const CLASS_OF_STATUS: Readonly<Record<number, FailureClass>> = {
  401: 'auth',
  402: 'credit',
  403: 'auth',
  404: 'target_gone',
  408: 'server',
  410: 'target_gone',
  413: 'context_length',
  424: 'server',
  425: 'server',
  429: 'rate_minute',
  498: 'overload',
  499: 'server',
  503: 'overload',
  529: 'overload',
};

/** What a status means when nothing else speaks. Redirects and answers that are no error are the server's fault. */
export function classOfStatus(status: number): FailureClass {
  return CLASS_OF_STATUS[status] ?? (status >= 400 && status < 500 ? 'caller' : 'server');
}

const WITH_WORDINGS = new Set([
  200, 400, 401, 402, 403, 404, 408, 410, 412, 413, 422, 429, 451, 498, 500, 502, 503, 504, 529,
]);

/** Unusual statuses follow the rules of the plain one of their kind. */
export function ruleStatus(status: number): number {
  if (WITH_WORDINGS.has(status)) return status;
  if (status >= 200 && status < 300) return 200;
  return status >= 400 && status < 500 && CLASS_OF_STATUS[status] === undefined ? 400 : status;
}
