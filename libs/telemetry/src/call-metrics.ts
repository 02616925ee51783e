import type { PicoUsd } from '@turnpike/kernel';
import type { Registry } from 'prom-client';
import { LabelBound } from './label-bound';
import { HistogramMetric, NumberMetric } from './slot-metric';

const MS_PER_S = 1000;
const PICO_PER_USD = 1e12;
const MAX_VALUES = { model: 500, provider: 100, project: 500, reason: 100 } as const;

export interface CallMetricsOptions {
  /** True for names the configuration has; everything else counts as `other`. Default: all, up to a limit. */
  readonly isKnownModel?: (model: string) => boolean;
}

export interface EndedCall {
  readonly dialect: string;
  /** The name that was asked for. */
  readonly model: string;
  /** State of the call in the ledger. */
  readonly outcome: string;
  readonly durationMs: number;
  readonly overheadMs: number;
  readonly ttftMs: number | undefined;
}

interface Target {
  readonly provider: string;
  /** Model name at the provider. */
  readonly model: string;
}

export interface EndedAttempt extends Target {
  readonly outcome: string;
  /** Slug of what went wrong; '' when it went well. */
  readonly reason: string;
}

export interface AttemptTokens extends Target {
  /** Cumulative figures of one attempt by kind; figures of kind 0 make no series. */
  readonly usage: Readonly<Record<string, number>>;
}

export interface AttemptCost extends Target {
  readonly project: string;
  readonly picoUsd: PicoUsd;
}

export interface CallMetrics {
  callStarted(): void;
  callEnded(call: EndedCall): void;
  attemptEnded(attempt: EndedAttempt): void;
  tokens(tokens: AttemptTokens): void;
  cost(cost: AttemptCost): void;
  priceMissing(target: Target): void;
  streamOpened(): void;
  streamClosed(cause: string): void;
}

/** Label values as they may stand in a series. Field names of a usage become its kinds. */
interface Labels {
  readonly model: LabelBound;
  readonly provider: LabelBound;
  readonly project: LabelBound;
  readonly reason: LabelBound;
}

const kinds = new Map<string, string>();

/** `cacheWrite5m` -> `cache_write_5m`; the names come from our own types, so the map stays small. */
function toKind(field: string): string {
  const known = kinds.get(field);
  if (known !== undefined) return known;
  const kind = field.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
  kinds.set(field, kind);
  return kind;
}

/** What the data plane counts. Everything is addition on plain numbers; strings are made at a scrape. */
export function createCallMetrics(registry: Registry, options: CallMetricsOptions = {}): CallMetrics {
  const labels: Labels = {
    model: new LabelBound(MAX_VALUES.model, options.isKnownModel),
    provider: new LabelBound(MAX_VALUES.provider),
    project: new LabelBound(MAX_VALUES.project),
    reason: new LabelBound(MAX_VALUES.reason),
  };
  return { ...countCalls(registry, labels), ...countAttempts(registry, labels), ...countStreams(registry) };
}

function countCalls(registry: Registry, labels: Labels): Pick<CallMetrics, 'callStarted' | 'callEnded'> {
  const calls = new NumberMetric(registry, 'calls_total');
  const duration = new HistogramMetric(registry, 'call_duration_seconds');
  const overhead = new HistogramMetric(registry, 'overhead_seconds');
  const ttft = new HistogramMetric(registry, 'ttft_seconds');
  const inflight = new NumberMetric(registry, 'inflight_calls').slot();
  return {
    callStarted: () => void inflight.value++,
    callEnded: (call) => {
      inflight.value--;
      calls.slot(call.dialect, labels.model.bound(call.model), call.outcome).value++;
      duration.observe(duration.slot(call.dialect), call.durationMs / MS_PER_S);
      overhead.observe(overhead.slot(call.dialect), call.overheadMs / MS_PER_S);
      if (call.ttftMs !== undefined) ttft.observe(ttft.slot(call.dialect), call.ttftMs / MS_PER_S);
    },
  };
}

type AttemptCounters = Pick<CallMetrics, 'attemptEnded' | 'tokens' | 'cost' | 'priceMissing'>;

function countAttempts(registry: Registry, labels: Labels): AttemptCounters {
  const attempts = new NumberMetric(registry, 'upstream_attempts_total');
  const tokens = new NumberMetric(registry, 'tokens_total');
  const cost = new NumberMetric(registry, 'cost_usd_total');
  const unpriced = new NumberMetric(registry, 'price_missing_total');
  const { provider, model } = labels;
  return {
    attemptEnded: (attempt) =>
      void attempts.slot(
        provider.bound(attempt.provider),
        model.bound(attempt.model),
        attempt.outcome,
        labels.reason.bound(attempt.reason),
      ).value++,
    tokens: (used) => {
      const by = provider.bound(used.provider);
      const of = model.bound(used.model);
      // Counted per call: Object.entries would make an array of arrays for it.
      for (const field in used.usage) {
        const count = used.usage[field] ?? 0;
        if (count > 0) tokens.slot(by, of, toKind(field)).value += count;
      }
    },
    cost: (spent) => {
      if (spent.picoUsd === 0n) return;
      const slot = cost.slot(
        provider.bound(spent.provider),
        model.bound(spent.model),
        labels.project.bound(spent.project),
      );
      slot.value += Number(spent.picoUsd) / PICO_PER_USD;
    },
    priceMissing: (of) => void unpriced.slot(provider.bound(of.provider), model.bound(of.model)).value++,
  };
}

function countStreams(registry: Registry): Pick<CallMetrics, 'streamOpened' | 'streamClosed'> {
  const open = new NumberMetric(registry, 'inflight_streams').slot();
  const ended = new NumberMetric(registry, 'stream_terminations_total');
  return {
    streamOpened: () => void open.value++,
    streamClosed: (cause) => {
      open.value--;
      ended.slot(cause).value++;
    },
  };
}
