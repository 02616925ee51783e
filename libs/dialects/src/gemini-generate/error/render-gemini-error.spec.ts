import type { ErrorKind } from '@turnpike/kernel';
import type { ErrorView } from '../../dialect';
import { geminiErrorEvent, renderGeminiError, renderGeminiErrorEvent } from './render-gemini-error';

const view = (kind: ErrorKind, more: Partial<ErrorView> = {}): ErrorView => ({
  kind,
  message: 'm',
  requestId: 'r',
  turnpike: { layer: 'client' },
  ...more,
});

describe('renderGeminiError', () => {
  it.each<[ErrorKind, number, string]>([
    ['bad_request', 400, 'INVALID_ARGUMENT'],
    ['context_length', 400, 'INVALID_ARGUMENT'],
    ['unauthenticated', 401, 'UNAUTHENTICATED'],
    ['billing', 429, 'RESOURCE_EXHAUSTED'],
    ['forbidden', 403, 'PERMISSION_DENIED'],
    ['model_not_found', 404, 'NOT_FOUND'],
    ['too_large', 413, 'INVALID_ARGUMENT'],
    ['rate_limit', 429, 'RESOURCE_EXHAUSTED'],
    ['cancelled', 499, 'CANCELLED'],
    ['internal', 500, 'INTERNAL'],
    ['upstream', 502, 'INTERNAL'],
    ['overloaded', 503, 'UNAVAILABLE'],
    ['timeout', 504, 'DEADLINE_EXCEEDED'],
  ])('%s is %i %s', (kind, status, word) => {
    expect(renderGeminiError(view(kind))).toEqual({
      status,
      body: {
        error: { code: status, message: 'm', status: word, details: [], turnpike: { layer: 'client' } },
      },
    });
  });

  it('keeps a status of the same class, and makes 503 of 529', () => {
    expect(renderGeminiError(view('bad_request', { status: 422 })).status).toBe(422);
    expect(renderGeminiError(view('overloaded', { status: 529 })).status).toBe(503);
    expect(renderGeminiError(view('bad_request', { status: 500 })).status).toBe(400);
  });

  it('keeps the vendor’s word where it is one of this dialect', () => {
    const word = (vendorType: string): unknown =>
      renderGeminiError(view('bad_request', { vendorType })).body.error;
    expect(word('FAILED_PRECONDITION')).toMatchObject({ status: 'FAILED_PRECONDITION' });
    expect(word('invalid_request_error')).toMatchObject({ status: 'INVALID_ARGUMENT' });
  });

  it('says how long to wait where clients look for it', () => {
    const { body } = renderGeminiError(view('rate_limit', { turnpike: { retry_after_s: 34 } }));
    expect(body.error).toMatchObject({
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }],
    });
  });

  it('writes an event that is data alone', () => {
    expect(renderGeminiErrorEvent(view('timeout'))).toBe(
      'data: {"error":{"code":504,"message":"m","status":"DEADLINE_EXCEEDED","details":[],"turnpike":{"layer":"client"}}}\n\n',
    );
  });

  it.each([
    [{ type: 'overloaded_error' }, 503, 'UNAVAILABLE'],
    [{ code: '429' }, 429, 'RESOURCE_EXHAUSTED'],
    [{ type: 'RESOURCE_EXHAUSTED', code: '429' }, 429, 'RESOURCE_EXHAUSTED'],
    [{ code: 'constructor' }, 502, 'INTERNAL'],
    [{}, 502, 'INTERNAL'],
  ])('guesses the words of %j', (error, code, status) => {
    expect(geminiErrorEvent({ message: 'm', ...error })).toBe(
      `data: ${JSON.stringify({ error: { code, message: 'm', status } })}\n\n`,
    );
  });
});
