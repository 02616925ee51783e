import { ERRORS, type ErrorKind } from '@turnpike/kernel';
import type { ErrorView } from '../../dialect';
import { renderChatError, renderChatErrorEvent } from './render-chat-error';

const view = (kind: ErrorKind, rest: Partial<ErrorView> = {}): ErrorView => ({
  kind,
  message: 'Sentence.',
  requestId: 'req-1',
  turnpike: { layer: 'gateway', reason: 'x' },
  ...rest,
});

describe('renderChatError', () => {
  it.each<[ErrorKind, number, string, string | null]>([
    ['bad_request', 400, 'invalid_request_error', null],
    ['context_length', 400, 'invalid_request_error', 'context_length_exceeded'],
    ['content_policy', 400, 'invalid_request_error', 'content_policy_violation'],
    ['unauthenticated', 401, 'invalid_request_error', 'invalid_api_key'],
    ['billing', 429, 'insufficient_quota', 'insufficient_quota'],
    ['forbidden', 403, 'permission_error', null],
    ['model_not_found', 404, 'invalid_request_error', 'model_not_found'],
    ['not_found', 404, 'invalid_request_error', 'not_found'],
    ['method_not_allowed', 405, 'invalid_request_error', 'method_not_allowed'],
    ['too_large', 413, 'invalid_request_error', 'request_too_large'],
    ['unsupported_media_type', 415, 'invalid_request_error', 'unsupported_media_type'],
    ['upgrade_required', 426, 'invalid_request_error', 'upgrade_required'],
    ['rate_limit', 429, 'rate_limit_error', 'rate_limit_exceeded'],
    ['cancelled', 499, 'server_error', 'cancelled'],
    ['internal', 500, 'server_error', 'internal_error'],
    ['upstream', 502, 'server_error', 'upstream_error'],
    ['overloaded', 503, 'server_error', 'server_is_overloaded'],
    ['timeout', 504, 'server_error', 'timeout'],
  ])('renders %s as %d %s', (kind, status, type, code) => {
    const error = {
      message: 'Sentence.',
      type,
      param: null,
      code,
      turnpike: { layer: 'gateway', reason: 'x' },
    };
    expect(renderChatError(view(kind))).toEqual({ status, body: { error } });
  });

  it('has words for every reason', () => {
    for (const { kind } of Object.values(ERRORS))
      expect(renderChatError(view(kind)).status).toBeGreaterThanOrEqual(400);
  });

  it.each<[string, ErrorView, number, object]>([
    [
      "the vendor's words",
      view('rate_limit', { vendorType: 'requests', vendorCode: 'slow_down', param: 'model' }),
      429,
      { type: 'requests', code: 'slow_down', param: 'model' },
    ],
    [
      'the word by which clients shorten the conversation',
      view('context_length', { vendorType: 'BadRequestError', vendorCode: '400' }),
      400,
      { type: 'BadRequestError', code: 'context_length_exceeded' },
    ],
    [
      'its own code for a bare status',
      view('overloaded', { vendorCode: '503' }),
      503,
      { code: 'server_is_overloaded' },
    ],
    [
      'its own word for a foreign one',
      view('rate_limit', { vendorType: 'overloaded_error' }),
      429,
      { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    ],
    ['a status of the same class', view('bad_request', { status: 422 }), 422, {}],
    ['no status of another class', view('bad_request', { status: 500 }), 400, {}],
    ['503 in place of 529', view('overloaded', { status: 529 }), 503, {}],
  ])('keeps %s', (_, error, status, members) => {
    expect(renderChatError(error)).toMatchObject({ status, body: { error: members } });
  });
});

describe('renderChatErrorEvent', () => {
  it('is one event with the same body', () => {
    const text = renderChatErrorEvent(view('upstream'));
    expect(text).toMatch(/^data: \{.*\}\n\n$/);
    expect(JSON.parse(text.slice(6))).toEqual(renderChatError(view('upstream')).body);
  });
});
