import type { Pool } from 'pg';
import type { CallTrace } from '../domain/call-trace';

export interface CallQuery {
  /** Our call id, or what the client sent as x-request-id. */
  readonly idOrRequestId: string;
  /** Only calls of this key; absent: any call. */
  readonly keyId?: string;
}

const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const money = (column: string): string => `trim_scale(${column})::text`;

const ATTEMPT = `json_build_object(
  'n', a.n, 'provider', a.provider, 'credential', a.credential, 'model', a.model, 'lane', a.lane, 'status', a.status,
  'state', a.state, 'reason', a.reason, 'waste', a.waste, 'startedAt', ${instant('a.started_at')},
  'firstByteAt', ${instant('a.first_byte_at')}, 'endedAt', ${instant('a.ended_at')},
  'tokens', CASE WHEN a.input IS NOT NULL THEN json_build_object('input', a.input, 'cacheRead', a.cache_read,
    'cacheWrite', a.cache_write_5m + a.cache_write_1h + a.cache_write_unknown_ttl,
    'output', a.output, 'reasoning', a.reasoning) END,
  'costUsd', ${money('a.cost')}, 'unpriced', a.unpriced)`;

/** The call of that id goes before calls that were given it as their request id; among those the newest. */
const FIND_CALL = `
WITH found AS (
  (SELECT 1 AS rank, * FROM call WHERE id = $2::uuid AND ($3::uuid IS NULL OR key_id = $3::uuid))
  UNION ALL
  (SELECT 2 AS rank, * FROM call WHERE request_id = $1 AND ($3::uuid IS NULL OR key_id = $3::uuid)
   ORDER BY id DESC LIMIT 1)
  ORDER BY rank LIMIT 1
)
SELECT json_build_object(
  'id', c.id, 'requestId', c.request_id, 'dialect', c.dialect, 'operation', c.operation,
  'requestedModel', c.requested_model, 'route', c.alias,
  'project', coalesce(p.slug, c.project_id::text), 'state', c.state, 'reason', c.reason, 'status', c.status,
  'stream', c.stream, 'startedAt', ${instant('c.started_at')}, 'endedAt', ${instant('c.ended_at')},
  'costUsd', ${money('c.cost')},
  'attempts', coalesce((SELECT json_agg(${ATTEMPT} ORDER BY a.n) FROM attempt a WHERE a.call_id = c.id), '[]'),
  'dropped', c.dropped, 'warnings', c.warnings) AS trace
FROM found c LEFT JOIN project p ON p.id = c.project_id`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The trace of a finished call; undefined: none of that name, or not this key's. */
export async function findCall(pool: Pool, query: CallQuery): Promise<CallTrace | undefined> {
  const { idOrRequestId, keyId } = query;
  if (idOrRequestId.includes('\0')) return undefined;
  const { rows } = await pool.query<{ trace: CallTrace }>({
    name: 'ledger-find-call',
    text: FIND_CALL,
    values: [idOrRequestId, UUID.test(idOrRequestId) ? idOrRequestId : null, keyId ?? null],
  });
  return rows[0]?.trace;
}
