import { formatUsd, toRfc3339 } from '@turnpike/kernel';
import type { Usage } from '@turnpike/protocol';
import type { AttemptEntry, AttemptState, CallEntry, CallState } from './ledger';

/** `output` includes `reasoning`; `cacheWrite` is the sum over lifetimes. */
export interface TraceTokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface AttemptTrace {
  readonly n: number;
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  readonly lane: string;
  readonly status: number | null;
  readonly state: AttemptState;
  readonly reason: string | null;
  readonly waste: string | null;
  readonly startedAt: string;
  readonly firstByteAt: string | null;
  readonly endedAt: string;
  /** null: nobody knows. */
  readonly tokens: TraceTokens | null;
  /** Decimal USD. */
  readonly costUsd: string;
  readonly unpriced: boolean;
}

export interface DroppedTrace {
  readonly provider: string;
  readonly credential?: string;
  readonly model: string;
  readonly reason: string;
  readonly until?: string;
}

/** What `GET /v1/requests/{id}` answers. Money is decimal strings of USD, times RFC 3339 in UTC. */
export interface CallTrace {
  readonly id: string;
  readonly requestId: string;
  readonly dialect: string;
  /** `generate`, `embeddings`, ... */
  readonly operation: string;
  readonly requestedModel: string;
  readonly route: string | null;
  /** Slug; null: unassigned. */
  readonly project: string | null;
  readonly state: CallState;
  readonly reason: string | null;
  readonly status: number;
  readonly stream: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly costUsd: string;
  readonly attempts: readonly AttemptTrace[];
  readonly dropped: readonly DroppedTrace[];
  readonly warnings: readonly string[];
}

export const tokensOf = (usage: Usage): TraceTokens => ({
  input: usage.input,
  cacheRead: usage.cacheRead,
  cacheWrite: usage.cacheWrite5m + usage.cacheWrite1h + usage.cacheWriteUnknownTtl,
  output: usage.output,
  reasoning: usage.reasoning,
});

const traceAttempt = (attempt: AttemptEntry): AttemptTrace => ({
  n: attempt.n,
  provider: attempt.provider,
  credential: attempt.credential,
  model: attempt.model,
  lane: attempt.lane,
  status: attempt.status,
  state: attempt.state,
  reason: attempt.reason ?? null,
  waste: attempt.waste ?? null,
  startedAt: toRfc3339(attempt.startedAtMs),
  firstByteAt: attempt.firstByteAtMs === undefined ? null : toRfc3339(attempt.firstByteAtMs),
  endedAt: toRfc3339(attempt.endedAtMs),
  tokens: attempt.usage ? tokensOf(attempt.usage) : null,
  costUsd: formatUsd(attempt.costPicoUsd),
  unpriced: attempt.unpriced,
});

export const traceDropped = (dropped: CallEntry['dropped']): DroppedTrace[] =>
  dropped.map(({ untilMs, ...target }) => ({
    ...target,
    ...(untilMs === undefined ? {} : { until: toRfc3339(untilMs) }),
  }));

/** The trace of a call that is still at hand. `project`: slug. */
export const traceCall = (call: CallEntry, project: string | null): CallTrace => ({
  id: call.id,
  requestId: call.requestId,
  dialect: call.dialect,
  operation: call.operation,
  requestedModel: call.requestedModel,
  route: call.alias ?? null,
  project,
  state: call.state,
  reason: call.reason ?? null,
  status: call.status,
  stream: call.stream,
  startedAt: toRfc3339(call.startedAtMs),
  endedAt: toRfc3339(call.endedAtMs),
  costUsd: formatUsd(call.costPicoUsd),
  attempts: [...call.attempts].sort((a, b) => a.n - b.n).map(traceAttempt),
  dropped: traceDropped(call.dropped),
  warnings: call.warnings,
});
