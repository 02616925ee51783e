import { formatUsd, toRfc3339 } from '@turnpike/kernel';
import type { Usage } from '@turnpike/protocol';
import { traceDropped } from '../domain/call-trace';
import type { AttemptEntry, CallEntry, ChargeLine } from '../domain/ledger';
import { attemptCacheSavings, attemptCost, callCost } from '../domain/ledger-sums';

type Cell = string | number | boolean | null;

export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  readonly value: (row: Row) => Cell;
}

export interface AttemptRow {
  readonly call: CallEntry;
  readonly attempt: AttemptEntry;
  /** The last of its call. */
  readonly closes: boolean;
}

export interface LineRow {
  readonly attemptId: string;
  readonly line: ChargeLine;
}

const LONGEST_TEXT = 1_000;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** Text that Postgres takes: names come from clients, and it knows neither NUL nor half a surrogate pair. */
export const storableText = (text: string): string =>
  text.slice(0, LONGEST_TEXT).replace(UNSTORABLE, '\ufffd');

const json = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storableText(part) : part));

const column = <Row>(name: string, type: string, value: (row: Row) => Cell | undefined): Column<Row> => ({
  name,
  type,
  value:
    type === 'text'
      ? (row) => {
          const cell = value(row);
          return typeof cell === 'string' ? storableText(cell) : null;
        }
      : (row) => value(row) ?? null,
});

const tagsOf = (call: CallEntry): string | null => (call.tags ? json(call.tags) : null);

export const CALL_COLUMNS: readonly Column<CallEntry>[] = [
  column('id', 'uuid', (c) => c.id),
  column('request_id', 'text', (c) => c.requestId),
  column('dialect', 'text', (c) => c.dialect),
  column('operation', 'text', (c) => c.operation),
  column('requested_model', 'text', (c) => c.requestedModel),
  column('alias', 'text', (c) => c.alias),
  column('key_id', 'uuid', (c) => c.keyId),
  column('owner_id', 'uuid', (c) => c.ownerId),
  column('owner_label', 'text', (c) => c.ownerLabel),
  column('team_id', 'uuid', (c) => c.teamId),
  column('project_id', 'uuid', (c) => c.projectId),
  column('tags', 'jsonb', tagsOf),
  column('state', 'text', (c) => c.state),
  column('reason', 'text', (c) => c.reason),
  column('status', 'smallint', (c) => c.status),
  column('stream', 'boolean', (c) => c.stream),
  column('started_at', 'timestamptz', (c) => toRfc3339(c.startedAtMs)),
  column('ended_at', 'timestamptz', (c) => toRfc3339(c.endedAtMs)),
  column('attempts', 'smallint', (c) => c.attempts.length),
  column('dropped', 'jsonb', (c) => json(traceDropped(c.dropped))),
  column('warnings', 'jsonb', (c) => json(c.warnings)),
  column('cost', 'numeric', (c) => formatUsd(callCost(c))),
];

const tokens = (name: string, member: keyof Usage): Column<AttemptRow> =>
  column(name, 'bigint', ({ attempt }) => attempt.usage?.[member]);

export const ATTEMPT_COLUMNS: readonly Column<AttemptRow>[] = [
  column('id', 'uuid', (r) => r.attempt.id),
  column('call_id', 'uuid', (r) => r.call.id),
  column('n', 'smallint', (r) => r.attempt.n),
  column('closes_call', 'boolean', (r) => r.closes),
  column('call_unpriced', 'boolean', (r) => r.closes && r.call.attempts.some((a) => a.unpriced)),
  column('requested_model', 'text', (r) => r.call.requestedModel),
  column('key_id', 'uuid', (r) => r.call.keyId),
  column('owner_id', 'uuid', (r) => r.call.ownerId),
  column('owner_label', 'text', (r) => r.call.ownerLabel),
  column('team_id', 'uuid', (r) => r.call.teamId),
  column('project_id', 'uuid', (r) => r.call.projectId),
  column('tags', 'jsonb', (r) => tagsOf(r.call)),
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
  column('started_at', 'timestamptz', (r) => toRfc3339(r.attempt.startedAtMs)),
  column('first_byte_at', 'timestamptz', ({ attempt: { firstByteAtMs } }) =>
    firstByteAtMs === undefined ? null : toRfc3339(firstByteAtMs),
  ),
  column('ended_at', 'timestamptz', (r) => toRfc3339(r.attempt.endedAtMs)),
  tokens('input', 'input'),
  tokens('cache_read', 'cacheRead'),
  tokens('cache_write_5m', 'cacheWrite5m'),
  tokens('cache_write_1h', 'cacheWrite1h'),
  tokens('cache_write_unknown_ttl', 'cacheWriteUnknownTtl'),
  tokens('output', 'output'),
  tokens('reasoning', 'reasoning'),
  column('unpriced', 'boolean', (r) => r.attempt.unpriced),
  column('cost', 'numeric', (r) => formatUsd(attemptCost(r.attempt))),
  column('cache_savings', 'numeric', (r) => formatUsd(attemptCacheSavings(r.attempt))),
];

export const LINE_COLUMNS: readonly Column<LineRow>[] = [
  column('attempt_id', 'uuid', (r) => r.attemptId),
  column('meter', 'text', (r) => r.line.meter),
  column('quantity', 'bigint', (r) => r.line.quantity),
  column('unit_price_id', 'text', (r) => r.line.unitPriceId),
  column('cost', 'numeric', (r) => formatUsd(r.line.costPicoUsd)),
  column('uncached_cost', 'numeric', ({ line: { uncachedCostPicoUsd } }) =>
    uncachedCostPicoUsd === undefined ? null : formatUsd(uncachedCostPicoUsd),
  ),
  column('confidence', 'text', (r) => r.line.confidence),
];
