import { Registry } from 'prom-client';
import { createCallMetrics, type CallMetrics } from './call-metrics';
import { METRIC_PREFIX, METRICS } from './metric-table';
import { createHttpMetrics, createMetricsRegistry, createReloadMetric, watchLedger } from './process-metrics';

const CALL = {
  dialect: 'openai-chat',
  model: 'sonnet',
  outcome: 'succeeded',
  durationMs: 1500,
  overheadMs: 2,
  ttftMs: undefined,
};
const TARGET = { provider: 'anthropic', model: 'claude' };

let registry: Registry;
let metrics: CallMetrics;
beforeEach(() => {
  registry = new Registry();
  metrics = createCallMetrics(registry, { isKnownModel: (model) => !model.startsWith('junk') });
});

const series = async (name: string): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line.startsWith(METRIC_PREFIX + name));

describe('createCallMetrics', () => {
  it('counts calls, their time and what is under way', async () => {
    metrics.callStarted();
    metrics.callStarted();
    metrics.callEnded({ ...CALL, ttftMs: 40 });
    expect(await series('calls_total')).toEqual([
      'turnpike_calls_total{dialect="openai-chat",model="sonnet",outcome="succeeded"} 1',
    ]);
    expect(await series('inflight_calls')).toEqual(['turnpike_inflight_calls 1']);
    const duration = await series('call_duration_seconds');
    expect(duration).toContain('turnpike_call_duration_seconds_bucket{le="1",dialect="openai-chat"} 0');
    expect(duration).toContain('turnpike_call_duration_seconds_bucket{le="2",dialect="openai-chat"} 1');
    expect(duration).toContain('turnpike_call_duration_seconds_bucket{le="1024",dialect="openai-chat"} 1');
    expect(duration).toContain('turnpike_call_duration_seconds_bucket{le="+Inf",dialect="openai-chat"} 1');
    expect(duration).toContain('turnpike_call_duration_seconds_sum{dialect="openai-chat"} 1.5');
    expect(duration).toContain('turnpike_call_duration_seconds_count{dialect="openai-chat"} 1');
    expect(await series('ttft_seconds_sum')).toEqual([
      'turnpike_ttft_seconds_sum{dialect="openai-chat"} 0.04',
    ]);
  });

  it('observes a value on its bound into that bucket, and one beyond all bounds into +Inf', async () => {
    metrics.callEnded({ ...CALL, durationMs: 125 });
    metrics.callEnded({ ...CALL, durationMs: 5_000_000 });
    const duration = await series('call_duration_seconds_bucket');
    expect(duration[0]).toBe('turnpike_call_duration_seconds_bucket{le="0.125",dialect="openai-chat"} 1');
    expect(duration.at(-2)).toContain('le="1024",dialect="openai-chat"} 1');
    expect(duration.at(-1)).toContain('le="+Inf",dialect="openai-chat"} 2');
  });

  it('counts attempts, tokens by kind and money', async () => {
    metrics.attemptEnded({ ...TARGET, outcome: 'failed', reason: 'provider_overloaded' });
    metrics.tokens({ ...TARGET, usage: { input: 10, cacheWrite5m: 3, output: 0 } });
    metrics.tokens({ ...TARGET, usage: { input: 5 } });
    metrics.cost({ ...TARGET, project: 'web', picoUsd: 1_500_000_000_000n });
    metrics.cost({ ...TARGET, project: 'web', picoUsd: 0n });
    metrics.priceMissing(TARGET);
    const at = 'provider="anthropic",model="claude"';
    expect(await series('upstream_attempts_total')).toEqual([
      `turnpike_upstream_attempts_total{${at},outcome="failed",reason="provider_overloaded"} 1`,
    ]);
    expect(await series('tokens_total')).toEqual([
      `turnpike_tokens_total{${at},kind="input"} 15`,
      `turnpike_tokens_total{${at},kind="cache_write_5m"} 3`,
    ]);
    expect(await series('cost_usd_total')).toEqual([`turnpike_cost_usd_total{${at},project="web"} 1.5`]);
    expect(await series('price_missing_total')).toEqual([`turnpike_price_missing_total{${at}} 1`]);
  });

  it('counts streams by what ended them', async () => {
    metrics.streamOpened();
    metrics.streamOpened();
    metrics.streamClosed('client_gone');
    expect(await series('inflight_streams')).toEqual(['turnpike_inflight_streams 1']);
    expect(await series('stream_terminations_total')).toEqual([
      'turnpike_stream_terminations_total{cause="client_gone"} 1',
    ]);
  });

  it('does not grow with 10,000 made-up names', async () => {
    for (let i = 0; i < 10_000; i++) metrics.callEnded({ ...CALL, model: `junk-${i}` });
    expect(await series('calls_total')).toEqual([
      'turnpike_calls_total{dialect="openai-chat",model="other",outcome="succeeded"} 10000',
    ]);
  });

  it('caps names that cannot be told from known ones', async () => {
    for (let i = 0; i < 2_000; i++)
      metrics.cost({ ...TARGET, project: `p${i}`, picoUsd: 1_000_000_000_000n });
    const lines = await series('cost_usd_total');
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toContain('project="other"} 1500');
  });
});

describe('process metrics', () => {
  it('has the runtime, answers, ledger and reload', async () => {
    registry = createMetricsRegistry();
    const countAnswer = createHttpMetrics(registry);
    const reloaded = createReloadMetric(registry);
    let lagMs = 2500;
    watchLedger(registry, { lagMs: () => lagMs, depth: () => 7 });
    countAnswer('/v1/messages', 200);
    expect(await series('config_last_reload_successful')).toEqual([
      'turnpike_config_last_reload_successful 1',
    ]);
    reloaded(false);
    expect(await series('config_last_reload_successful')).toEqual([
      'turnpike_config_last_reload_successful 0',
    ]);
    expect(await series('http_requests_total')).toEqual([
      'turnpike_http_requests_total{route="/v1/messages",code="200"} 1',
    ]);
    expect(await series('ledger_lag_seconds')).toEqual(['turnpike_ledger_lag_seconds 2.5']);
    lagMs = 0;
    expect(await series('ledger_lag_seconds')).toEqual(['turnpike_ledger_lag_seconds 0']);
    expect(await series('ledger_queue_depth')).toEqual(['turnpike_ledger_queue_depth 7']);
    const text = await registry.metrics();
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('registers every metric of the table', async () => {
    createHttpMetrics(registry);
    createReloadMetric(registry);
    watchLedger(registry, { lagMs: () => 0, depth: () => 0 });
    const text = await registry.metrics();
    const absent = Object.keys(METRICS).filter((name) => !text.includes(`# TYPE ${METRIC_PREFIX}${name} `));
    expect(absent).toEqual([]);
  });
});
