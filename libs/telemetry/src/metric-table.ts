/** Every metric this product exports, under the prefix `turnpike_`, in base units. Alerts and panels name these only. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds in the metric's unit. */
  readonly buckets?: readonly number[];
}

const counter = (help: string, ...labels: string[]): MetricRow => ({ type: 'counter', help, labels });
const gauge = (help: string, ...labels: string[]): MetricRow => ({ type: 'gauge', help, labels });
const histogram = (help: string, buckets: readonly number[], ...labels: string[]): MetricRow => ({
  type: 'histogram',
  help,
  labels,
  buckets,
});

/** `count` bounds, each twice the one before. */
const doubling = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first * 2 ** i);

export const METRICS = {
  http_requests_total: counter('Answers of this process by route pattern and status.', 'route', 'code'),
  calls_total: counter('Finished calls by how they ended.', 'dialect', 'model', 'outcome'),
  upstream_attempts_total: counter('Finished upstream attempts.', 'provider', 'model', 'outcome', 'reason'),
  call_duration_seconds: histogram('From receiving a call to its end.', doubling(0.125, 14), 'dialect'),
  overhead_seconds: histogram(
    'Time of a call that was ours, upstream excluded.',
    doubling(0.0005, 14),
    'dialect',
  ),
  ttft_seconds: histogram(
    'From receiving a call to the first content sent.',
    doubling(0.03125, 13),
    'dialect',
  ),
  inflight_calls: gauge('Calls under way.'),
  inflight_streams: gauge('Streams under way.'),
  stream_terminations_total: counter('Ended streams by what ended them.', 'cause'),
  tokens_total: counter('Tokens as they are billed.', 'provider', 'model', 'kind'),
  cost_usd_total: counter('Cost of attempts in USD.', 'provider', 'model', 'project'),
  price_missing_total: counter('Attempts for which no price was known.', 'provider', 'model'),
  ledger_lag_seconds: gauge('Age of the oldest call that is not in the database yet.'),
  ledger_queue_depth: gauge('Calls that are not in the database yet.'),
  config_last_reload_successful: gauge(
    '1 when the configuration in force is the newest file, 0 when that was refused.',
  ),
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof METRICS;

export const METRIC_PREFIX = 'turnpike_';
