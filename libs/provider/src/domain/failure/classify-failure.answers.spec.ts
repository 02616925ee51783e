import { readRow, FAILURE_NOW, type FailureRow } from '@turnpike/testing/failure-row';
import { PROVIDERS } from '../../registry';
import type { TransportFailure } from '../upstream';
import { classifyFailure } from './classify-failure';

const definition = PROVIDERS['openai-compatible'];
const sse = (...events: object[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

const ANSWERS: readonly FailureRow[] = [
  [
    'nothing',
    200,
    { body: '', verdict: 'empty_answer' },
    { class: 'server', scope: 'model', reason: 'empty_answer' },
  ],
  [
    'cut',
    200,
    { body: sse({ choices: [{ delta: { content: 'Let' } }] }), verdict: 'stream_cut' },
    { class: 'server', reason: 'stream_cut' },
  ],
  [
    'broken call',
    200,
    { body: '{}', verdict: 'malformed_call' },
    { class: 'server', reason: 'malformed_call' },
  ],
  [
    'HTML',
    200,
    { body: '<!DOCTYPE html><html><title>502 Bad Gateway</title></html>', verdict: 'malformed_answer' },
    { class: 'server', reason: 'malformed_answer' },
  ],
  [
    'rate limit, no status anywhere',
    200,
    { body: sse({ error: { message: 'quota exceeded' } }), verdict: 'error_in_answer' },
    { class: 'rate_minute' },
  ],
  ['status in the body', 200, { body: { error: { code: 503, message: 'x' } } }, { class: 'overload' }],
  [
    'failed response',
    200,
    {
      body: sse(
        { type: 'response.created' },
        { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'x' } } },
      ),
    },
    { class: 'rate_minute' },
  ],
  [
    'error event with its type alone',
    200,
    { body: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n' },
    { class: 'overload' },
  ],
  [
    'comment lines before it',
    200,
    { body: `: PROCESSING\n\n${sse({ choices: [], error: { code: 502, message: 'x' } })}data: [DONE]\n\n` },
    { class: 'server', reason: 'error_in_answer' },
  ],
  [
    'unknown failure',
    200,
    { body: sse({ type: 'error', error: { code: 'unknown', message: 'Upstream failed.' } }) },
    { class: 'server' },
  ],
  [
    'request fault',
    200,
    { body: { error: { type: 'invalid_request_error', message: 'x' } } },
    { class: 'caller' },
  ],
  ['a string for an error', 200, { body: { error: '当前无可用凭证' } }, { class: 'server' }],
  ['lines of JSON', 200, { body: '{"a":1}\n{"error":"server overloaded"}\n' }, { class: 'overload' }],
  [
    'finish reason error',
    200,
    { body: { choices: [{ finish_reason: 'network_error' }] }, verdict: 'empty_answer' },
    { class: 'server', reason: 'error_in_answer' },
  ],
  [
    'refusal',
    200,
    { body: { content: [], stop_reason: 'refusal' }, verdict: 'empty_answer' },
    { class: 'content_filter', scope: 'none' },
  ],
  [
    'refusal in a stream',
    200,
    { body: sse({ type: 'message_start' }, { type: 'message_delta', delta: { stop_reason: 'refusal' } }) },
    { class: 'content_filter' },
  ],
  [
    'blocked prompt',
    200,
    { body: { promptFeedback: { blockReason: 'SAFETY' } } },
    { class: 'content_filter' },
  ],
  [
    'cut JSON',
    429,
    { body: '{"error":{"message":"Rate limit reached. Please try again in 20s. Visit htt' },
    { class: 'rate_minute', waitS: 20 },
  ],
  ['redirect', 301, { body: '' }, { class: 'server' }],
];

describe('failures inside answers', () => {
  it.each(ANSWERS)('%s (%i)', (...row) => expect(readRow(definition, row)).toEqual(row[3]));
});

const fails = (
  reason: TransportFailure['reason'],
  phase: TransportFailure['phase'],
  status: number | null = null,
  body = '',
) =>
  classifyFailure({
    definition,
    status,
    headers: {},
    body,
    transport: { reason, phase, message: 'connect ECONNREFUSED 10.1.2.3:443' },
    nowMs: Date.parse(FAILURE_NOW),
  });

describe('failures below HTTP', () => {
  it.each([
    ['address_denied', 'connect', 'server', 'address_denied'],
    ['dns_error', 'connect', 'server', 'connection_failed'],
    ['connect_error', 'connect', 'server', 'connection_failed'],
    ['tls_error', 'connect', 'server', 'connection_failed'],
    ['connect_timeout', 'connect', 'server', 'connect_timeout'],
    ['first_byte_timeout', 'head', 'server', 'first_byte_timeout'],
    ['socket_closed', 'head', 'server', 'connection_failed'],
    ['socket_closed', 'body', 'server', 'stream_cut'],
    ['idle_timeout', 'body', 'server', 'idle_timeout'],
    ['deadline', 'head', 'caller', 'deadline_exceeded'],
    ['aborted', 'body', 'caller', 'client_disconnected'],
  ] as const)('%s in %s is %s (%s)', (reason, phase, expected, slug) => {
    const failure = fails(reason, phase);
    expect(failure).toMatchObject({ class: expected, reason: slug, status: null, provenance: 'heuristic' });
    expect(failure.vendor.message).not.toContain('10.1.2.3');
  });

  it('reads what came of an error answer whose body was cut', () => {
    const failure = fails('socket_closed', 'body', 429, '{"error":{"message":"Please try again in 9s. Se');
    expect(failure).toMatchObject({ class: 'rate_minute', status: 429, provenance: 'authoritative' });
  });

  it('needs no transport failure to judge a missing answer', () => {
    const failure = classifyFailure({ definition, status: null, headers: {}, body: '', nowMs: 0 });
    expect(failure).toMatchObject({ class: 'server', reason: 'connection_failed', status: null });
  });
});
