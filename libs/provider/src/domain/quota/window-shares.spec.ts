import type { QuotaReading } from '@turnpike/protocol';
import { PROVIDERS, type ProviderId } from '../../registry';
import { readQuotaHeaders } from './read-quota-headers';

const NOW = Date.parse('2026-05-05T05:05:05.000Z');
const inMs = (ms: number): number => NOW + ms;

type Headers = Readonly<Record<string, string>>;

const read = (id: ProviderId, headers: Headers): readonly QuotaReading[] =>
  readQuotaHeaders(PROVIDERS[id], Object.entries(headers).flat(), NOW);

const unified = (key: string, status: string, used: string, reset: string): Headers => ({
  [`anthropic-ratelimit-unified-${key}-status`]: status,
  [`anthropic-ratelimit-unified-${key}-utilization`]: used,
  [`anthropic-ratelimit-unified-${key}-reset`]: reset,
});

describe('windows of a subscription', () => {
  const share = (bucket: string, remaining: number | undefined, resetAtMs?: number): QuotaReading => ({
    bucket,
    unit: 'share',
    limit: 1,
    remaining,
    resetAtMs,
    refill: 'window',
  });
  const FIVE_HOURS = '1777975200';
  const WEEK = '1778500800';

  it.each<[string, ProviderId, Headers, readonly QuotaReading[]]>([
    [
      'Anthropic: the fraction that is used',
      'anthropic',
      {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        'anthropic-ratelimit-unified-fallback-percentage': '0.5',
        ...unified('5h', 'allowed', '0.25', FIVE_HOURS),
        ...unified('7d', 'allowed_warning', '0.75', WEEK),
        ...unified('7d_opus', 'allowed', '0.5', WEEK),
      },
      [
        share('5h', 0.75, 1_777_975_200_000),
        share('week', 0.25, 1_778_500_800_000),
        share('week_opus', 0.5, 1_778_500_800_000),
      ],
    ],
    [
      'Anthropic: a status outweighs the fraction, both ways',
      'anthropic',
      { ...unified('5h', 'rejected', '0.97', FIVE_HOURS), ...unified('7d', 'allowed', '1.01', WEEK) },
      [share('5h', 0, 1_777_975_200_000), share('week', undefined, 1_778_500_800_000)],
    ],
    [
      'Anthropic: without a status the fraction decides',
      'vertex-anthropic',
      { 'anthropic-ratelimit-unified-5h-utilization': '1.0' },
      [share('5h', 0)],
    ],
    [
      'Anthropic: a spent window that extra usage goes on after',
      'anthropic',
      {
        'anthropic-ratelimit-unified-overage-status': 'allowed',
        ...unified('5h', 'rejected', '1.0', FIVE_HOURS),
        ...unified('7d', 'allowed', '0.5', WEEK),
      },
      [share('week', 0.5, 1_778_500_800_000)],
    ],
    [
      'Codex: named by their length, whichever comes first',
      'openai',
      {
        'x-codex-primary-used-percent': '75',
        'x-codex-primary-window-minutes': '10080',
        'x-codex-primary-reset-at': WEEK,
        'x-codex-secondary-used-percent': '100.0',
        'x-codex-secondary-window-minutes': '300',
        'x-codex-secondary-reset-after-seconds': '900',
      },
      [share('week', 0.25, 1_778_500_800_000), share('5h', 0, inMs(900_000))],
    ],
    [
      'Codex: without lengths, in their usual order',
      'openai-compatible',
      { 'x-codex-primary-used-percent': '50', 'x-codex-secondary-used-percent': '0' },
      [share('5h', 0.5), share('week', 1)],
    ],
    [
      'Codex: other lengths',
      'openai',
      {
        'x-codex-primary-used-percent': '50',
        'x-codex-primary-window-minutes': '43200',
        'x-codex-secondary-used-percent': '50',
        'x-codex-secondary-window-minutes': '90',
      },
      [share('month', 0.5), share('90m', 0.5)],
    ],
  ])('%s', (_name, id, headers, expected) => {
    expect(read(id, headers)).toEqual(expected);
  });
});
