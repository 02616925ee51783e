import { Secret } from '@turnpike/kernel';
import type { Failure } from '@turnpike/protocol';
import type { Credential, Target } from '@turnpike/provider';
import { failureError } from './failure-error';

const target = { provider: { name: 'p' }, model: 'm' } as unknown as Target;
const credential: Credential = { id: 'p/c', name: 'c', secret: new Secret('s'), quotaGroup: 'p/c' };

const failureOf = (status: number, kind: Failure['class'], reason: string): Failure => ({
  class: kind,
  scope: 'model',
  provenance: 'heuristic',
  status,
  reason,
  vendor: { message: 'because' },
});

describe('failureError', () => {
  it.each<[number, Failure['class'], string, string, number | undefined]>([
    [400, 'caller', 'bad_request', 'provider_rejected_request', 400],
    [422, 'caller', 'bad_request', 'provider_rejected_request', 422],
    [400, 'server', 'malformed_call', 'provider_rejected_request', 400],
    [424, 'server', 'failed_dependency', 'provider_rejected_request', 424],
    [499, 'server', 'cancelled', 'provider_rejected_request', 499],
    [408, 'server', 'timeout', 'provider_timeout', undefined],
    [504, 'server', 'timeout', 'provider_timeout', undefined],
    [500, 'server', 'server_error', 'provider_error', undefined],
    [200, 'server', 'empty_answer', 'provider_empty_answer', undefined],
    [401, 'auth', 'invalid_key', 'provider_authentication_failed', undefined],
    [402, 'credit', 'credit', 'provider_credit_exhausted', undefined],
    [429, 'overload', 'capacity', 'provider_rate_limited', undefined],
    [400, 'overload', 'capacity', 'provider_rate_limited', undefined],
    [498, 'overload', 'capacity', 'provider_rate_limited', undefined],
    [503, 'overload', 'overloaded', 'provider_overloaded', undefined],
    [529, 'overload', 'overloaded', 'provider_overloaded', undefined],
    [429, 'rate_minute', 'rate_limited', 'provider_rate_limited', undefined],
  ])('%i as %s (%s) is %s, its own status %s', (status, kind, reason, expected, kept) => {
    const error = failureError(
      { target, credential, failure: failureOf(status, kind, reason) },
      { nowMs: 0 },
    );
    expect(error.reason).toBe(expected);
    expect(error.details.status).toBe(kept);
    expect(error.details.providerStatus).toBe(status);
  });
});
