import type { ErrorView } from '../../dialect';
import { renderResponsesError } from './render-responses-error';

const VIEW: ErrorView = {
  kind: 'bad_request',
  message: 'The previous response is not stored.',
  requestId: 'req_1',
  turnpike: { layer: 'client' },
};

describe('renderResponsesError', () => {
  it.each<[Partial<ErrorView>, number, string, string | null]>([
    [{}, 400, 'invalid_request_error', null],
    [
      { vendorCode: 'previous_response_not_found' },
      400,
      'invalid_request_error',
      'previous_response_not_found',
    ],
    [{ kind: 'rate_limit' }, 429, 'rate_limit_error', 'rate_limit_exceeded'],
    [{ kind: 'overloaded', status: 529 }, 503, 'server_error', 'server_is_overloaded'],
    [{ kind: 'upgrade_required' }, 426, 'invalid_request_error', 'upgrade_required'],
  ])('writes %j', (more, status, type, code) => {
    expect(renderResponsesError({ ...VIEW, ...more })).toEqual({
      status,
      body: { error: { message: VIEW.message, type, param: null, code, turnpike: VIEW.turnpike } },
    });
  });
});
