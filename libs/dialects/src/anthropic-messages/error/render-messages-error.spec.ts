import { ERRORS, type ErrorKind } from '@turnpike/kernel';
import type { ErrorView } from '../../dialect';
import { renderMessagesError, renderMessagesErrorEvent } from './render-messages-error';

const view = (kind: ErrorKind, rest: Partial<ErrorView> = {}): ErrorView => ({
  kind,
  message: 'Sentence.',
  requestId: 'req-1',
  turnpike: { layer: 'gateway', reason: 'x' },
  ...rest,
});

describe('renderMessagesError', () => {
  it.each<[ErrorKind, number, string]>([
    ['bad_request', 400, 'invalid_request_error'],
    ['content_policy', 400, 'invalid_request_error'],
    ['unauthenticated', 401, 'authentication_error'],
    ['billing', 402, 'billing_error'],
    ['forbidden', 403, 'permission_error'],
    ['model_not_found', 404, 'not_found_error'],
    ['not_found', 404, 'not_found_error'],
    ['method_not_allowed', 405, 'invalid_request_error'],
    ['too_large', 413, 'request_too_large'],
    ['unsupported_media_type', 415, 'invalid_request_error'],
    ['upgrade_required', 426, 'invalid_request_error'],
    ['rate_limit', 429, 'rate_limit_error'],
    ['cancelled', 499, 'api_error'],
    ['internal', 500, 'api_error'],
    ['upstream', 502, 'api_error'],
    ['overloaded', 529, 'overloaded_error'],
    ['timeout', 504, 'timeout_error'],
  ])('renders %s as %d %s', (kind, status, type) => {
    const error = { type, message: 'Sentence.', turnpike: { layer: 'gateway', reason: 'x' } };
    expect(renderMessagesError(view(kind))).toEqual({
      status,
      body: { type: 'error', error, request_id: 'req-1' },
    });
  });

  it.each([
    [
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
      'prompt is too long: 130000 tokens > 128000 maximum. ',
    ],
    [
      'The input token count (1,200,000) exceeds the maximum number of tokens allowed (1,048,576).',
      'prompt is too long: 1200000 tokens > 1048576 maximum. ',
    ],
    [
      'claude-x-20251001 takes 65536 tokens, you requested 70000 tokens (60000 in the messages).',
      'prompt is too long: 70000 tokens > 65536 maximum. ',
    ],
    ['Your input exceeds the context window of this model.', 'prompt is too long: '],
    ['Your request exceeded model token limit: 262144', 'prompt is too long: '],
    ['prompt is too long: 213462 tokens > 200000 maximum', ''],
    ['Prompt is too long', ''],
  ])('says in its own words: %s', (message, before) => {
    expect(renderMessagesError(view('context_length', { message }))).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', message: before + message } },
    });
  });

  it('has words for every reason', () => {
    for (const { kind } of Object.values(ERRORS))
      expect(renderMessagesError(view(kind)).status).toBeGreaterThanOrEqual(400);
  });

  it.each<[string, ErrorView, number, object]>([
    ["the vendor's type", view('overloaded', { vendorType: 'api_error' }), 529, { type: 'api_error' }],
    [
      'its own word for a foreign one',
      view('rate_limit', { vendorType: 'tokens' }),
      429,
      { type: 'rate_limit_error' },
    ],
    ['a status of the same class', view('overloaded', { status: 503 }), 503, {}],
    ['no status of another class', view('upstream', { status: 401 }), 502, {}],
  ])('keeps %s', (_, error, status, members) => {
    expect(renderMessagesError(error)).toMatchObject({ status, body: { error: members } });
  });
});

describe('renderMessagesErrorEvent', () => {
  it('is one named event with the same body', () => {
    const text = renderMessagesErrorEvent(view('upstream'));
    expect(text).toMatch(/^event: error\ndata: \{.*\}\n\n$/);
    expect(JSON.parse(text.slice('event: error\ndata: '.length))).toEqual(
      renderMessagesError(view('upstream')).body,
    );
  });
});
