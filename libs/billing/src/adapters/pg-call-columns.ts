import type { PicoUsd } from '@turnpike/kernel';
import type { Usage } from '@turnpike/protocol';
import { traceDropped } from '../domain/call-trace';
import type { AttemptEntry, CallEntry, ChargeLine } from '../domain/ledger';
import { attemptCacheSavings, attemptCost } from '../domain/ledger-sums';
import { quoteJson, type Cell, type TransportName } from './pg-array';

export interface Column<Row> {
  readonly name: string;
  readonly type: TransportName;
  readonly value: (row: Row) => Cell;
}

export interface CallRow {
  readonly call: CallEntry;
  readonly cost: PicoUsd;
  readonly unpriced: boolean;
}

export interface AttemptRow {
  readonly call: CallRow;
  readonly attempt: AttemptEntry;
  readonly cost: PicoUsd;
  /** The last of its call. */
  readonly closes: boolean;
}

export interface LineRow {
  readonly attemptId: string;
  readonly line: ChargeLine;
}

export interface LedgerRows {
  readonly calls: readonly CallRow[];
  readonly attempts: readonly AttemptRow[];
  readonly lines: readonly LineRow[];
}

/** Sums are taken from the lines here, once. */
export function rowsOf(entries: readonly CallEntry[]): LedgerRows {
  const calls: CallRow[] = [];
  const attempts: AttemptRow[] = [];
  const lines: LineRow[] = [];
  for (const entry of entries) {
    const costs = entry.attempts.map(attemptCost);
    const call: CallRow = {
      call: entry,
      cost: costs.reduce((sum, cost) => sum + cost, 0n),
      unpriced: entry.attempts.some((attempt) => attempt.unpriced),
    };
    const last = Math.max(...entry.attempts.map((attempt) => attempt.n));
    calls.push(call);
    for (const [i, attempt] of entry.attempts.entries()) {
      attempts.push({ call, attempt, cost: costs[i] ?? 0n, closes: attempt.n === last });
      for (const line of attempt.lines) lines.push({ attemptId: attempt.id, line });
    }
  }
  return { calls, attempts, lines };
}

const column = <Row>(name: string, type: TransportName, value: (row: Row) => Cell): Column<Row> => ({
  name,
  type,
  value,
});

/** Columns that an attempt has from its call: sent once, joined by the server. */
export const SHARED_COLUMNS: readonly Column<CallRow>[] = [
  column('requested_model', 'text', (r) => r.call.requestedModel),
  column('key_id', 'uuid', (r) => r.call.keyId),
  column('owner_id', 'uuid', (r) => r.call.ownerId),
  column('owner_label', 'text', (r) => r.call.ownerLabel),
  column('team_id', 'uuid', (r) => r.call.teamId),
  column('project_id', 'uuid', (r) => r.call.projectId),
  column('tags', 'jsonb', (r) => r.call.tags && quoteJson(r.call.tags)),
];

export const CALL_COLUMNS: readonly Column<CallRow>[] = [
  column('id', 'uuid', (r) => r.call.id),
  column('request_id', 'text', (r) => r.call.requestId),
  column('dialect', 'text', (r) => r.call.dialect),
  column('operation', 'text', (r) => r.call.operation),
  column('alias', 'text', (r) => r.call.alias),
  ...SHARED_COLUMNS,
  column('state', 'text', (r) => r.call.state),
  column('reason', 'text', (r) => r.call.reason),
  column('status', 'smallint', (r) => r.call.status),
  column('stream', 'boolean', (r) => r.call.stream),
  column('started_at', 'instant', (r) => r.call.startedAtMs),
  column('ended_at', 'instant', (r) => r.call.endedAtMs),
  column('attempts', 'smallint', (r) => r.call.attempts.length),
  column('dropped', 'jsonb', (r) => quoteJson(traceDropped(r.call.dropped))),
  column('warnings', 'jsonb', (r) => quoteJson(r.call.warnings)),
  column('cost', 'pico', (r) => r.cost),
];

const tokens = (name: string, member: keyof Usage): Column<AttemptRow> =>
  column(name, 'bigint', ({ attempt }) => attempt.usage?.[member]);

export const ATTEMPT_COLUMNS: readonly Column<AttemptRow>[] = [
  column('id', 'uuid', (r) => r.attempt.id),
  column('call_id', 'uuid', (r) => r.call.call.id),
  column('n', 'smallint', (r) => r.attempt.n),
  column('closes_call', 'boolean', (r) => r.closes),
  column('call_unpriced', 'boolean', (r) => r.closes && r.call.unpriced),
  column('provider', 'text', (r) => r.attempt.provider),
  column('credential', 'text', (r) => r.attempt.credential),
  column('quota_group', 'text', (r) => r.attempt.quotaGroup),
  column('model', 'text', (r) => r.attempt.model),
  column('lane', 'text', (r) => r.attempt.lane),
  column('state', 'text', (r) => r.attempt.state),
  column('status', 'smallint', (r) => r.attempt.status),
  column('reason', 'text', (r) => r.attempt.reason),
  column('failure_class', 'text', (r) => r.attempt.failureClass),
  column('waste', 'text', (r) => r.attempt.waste),
  column('started_at', 'instant', (r) => r.attempt.startedAtMs),
  column('first_byte_at', 'instant', (r) => r.attempt.firstByteAtMs),
  column('ended_at', 'instant', (r) => r.attempt.endedAtMs),
  tokens('input', 'input'),
  tokens('cache_read', 'cacheRead'),
  tokens('cache_write_5m', 'cacheWrite5m'),
  tokens('cache_write_1h', 'cacheWrite1h'),
  tokens('cache_write_unknown_ttl', 'cacheWriteUnknownTtl'),
  tokens('output', 'output'),
  tokens('reasoning', 'reasoning'),
  column('unpriced', 'boolean', (r) => r.attempt.unpriced),
  column('cost', 'pico', (r) => r.cost),
  column('cache_savings', 'pico', (r) => attemptCacheSavings(r.attempt)),
];

export const LINE_COLUMNS: readonly Column<LineRow>[] = [
  column('attempt_id', 'uuid', (r) => r.attemptId),
  column('meter', 'text', (r) => r.line.meter),
  column('quantity', 'bigint', (r) => r.line.quantity),
  column('unit_price_id', 'text', (r) => r.line.unitPriceId),
  column('cost', 'pico', (r) => r.line.costPicoUsd),
  column('uncached_cost', 'pico', (r) => r.line.uncachedCostPicoUsd),
  column('confidence', 'text', (r) => r.line.confidence),
];
