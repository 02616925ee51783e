import { coolingError } from './cooling-error';

const NOW = Date.UTC(2026, 0, 1);
const target = (reason: string, inMs?: number, provider = reason) => ({
  provider,
  credential: 'c',
  model: 'm',
  reason,
  ...(inMs === undefined ? {} : { untilMs: NOW + inMs }),
});

describe('coolingError', () => {
  it.each([
    ['a limit', [target('cooling_rate_minute', 7_000)], 'targets_cooling', 7_000],
    [
      'two limits: the first that frees',
      [target('cooling_rate_long', 90_000), target('cooling_rate_minute', 5_000)],
      'targets_cooling',
      5_000,
    ],
    [
      'a limit beside a refused key: the limit',
      [target('cooling_auth', 1_000), target('cooling_rate_minute', 9_000)],
      'targets_cooling',
      9_000,
    ],
    ['refused keys alone', [target('cooling_auth', 600_000)], 'provider_authentication_failed', undefined],
    ['models that are gone', [target('cooling_target_gone', 600_000)], 'targets_unavailable', undefined],
  ])('%s', (_, dropped, reason, retryAfterMs) => {
    const error = coolingError({ alias: 'a', dropped, retryAtMs: NOW + 1_000, nowMs: NOW });
    expect(error.reason).toBe(reason);
    expect(error.details.retryAfterMs).toBe(retryAfterMs);
  });
});
