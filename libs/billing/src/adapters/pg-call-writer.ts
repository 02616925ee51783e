import type { Pool, QueryConfig } from 'pg';
import { CallWriter } from '../domain/call-writer';
import type { CallEntry } from '../domain/ledger';
import { arrayLiteral, transportOf } from './pg-array';
import {
  ATTEMPT_COLUMNS,
  CALL_COLUMNS,
  LINE_COLUMNS,
  rowsOf,
  SHARED_COLUMNS,
  type Column,
} from './pg-call-columns';

const namesOf = (columns: readonly Column<never>[], prefix = ''): string =>
  columns.map(({ name }) => prefix + name).join(', ');

/** The columns of a batch as rows, each of its own type. */
function given(columns: readonly Column<never>[], firstParameter: number): string {
  const arrays = columns.map(({ type }, i) => `$${firstParameter + i}::${transportOf(type).array}[]`);
  const elements = columns.map(({ name, type }) => {
    const { element } = transportOf(type);
    return element ? `${element(name)} AS ${name}` : name;
  });
  return `SELECT ${elements.join(', ')} FROM unnest(${arrays.join(', ')}) AS given(${namesOf(columns)})`;
}

const ATTEMPTS_FROM = CALL_COLUMNS.length + 1;
const LINES_FROM = ATTEMPTS_FROM + ATTEMPT_COLUMNS.length;

/** One statement is one transaction and one round trip. */
const INSERT_CALLS = `WITH given_call AS MATERIALIZED (${given(CALL_COLUMNS, 1)}),
given_attempt AS (${given(ATTEMPT_COLUMNS, ATTEMPTS_FROM)}),
new_call AS (
  INSERT INTO call (${namesOf(CALL_COLUMNS)}) SELECT ${namesOf(CALL_COLUMNS)} FROM given_call ON CONFLICT DO NOTHING
),
new_attempt AS (
  INSERT INTO attempt (${namesOf(ATTEMPT_COLUMNS)}, ${namesOf(SHARED_COLUMNS)})
  SELECT ${namesOf(ATTEMPT_COLUMNS, 'a.')}, ${namesOf(SHARED_COLUMNS, 'c.')}
  FROM given_attempt a JOIN given_call c ON c.id = a.call_id ON CONFLICT DO NOTHING
)
INSERT INTO charge_line (${namesOf(LINE_COLUMNS)}) ${given(LINE_COLUMNS, LINES_FROM)} ON CONFLICT DO NOTHING`;

const literals = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] =>
  columns.map(({ type, value }) => arrayLiteral(rows, type, value));

/** pg reads a per-query limit that its types do not list; past it the connection is given up. */
type LimitedQuery = QueryConfig & { readonly query_timeout: number };

/** SQLSTATE classes in which the row itself is at fault: data, constraint, program limit. */
const REJECTIONS = new Set(['22', '23', '54']);

export class PgCallWriter extends CallWriter {
  readonly #pool: Pool;
  readonly #queryTimeoutMs: number;

  constructor(pool: Pool, queryTimeoutMs = 14_000) {
    super();
    this.#pool = pool;
    this.#queryTimeoutMs = queryTimeoutMs;
  }

  async write(entries: readonly CallEntry[]): Promise<void> {
    const { calls, attempts, lines } = rowsOf(entries);
    const query: LimitedQuery = {
      name: 'ledger-insert-calls',
      text: INSERT_CALLS,
      values: [
        ...literals(CALL_COLUMNS, calls),
        ...literals(ATTEMPT_COLUMNS, attempts),
        ...literals(LINE_COLUMNS, lines),
      ],
      query_timeout: this.#queryTimeoutMs,
    };
    await this.#pool.query(query);
  }

  isRejection(error: unknown): boolean {
    // RangeError: a time outside of the calendar. TypeError: an entry without a member that must be there.
    if (error instanceof RangeError || error instanceof TypeError) return true;
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && code.length === 5 && REJECTIONS.has(code.slice(0, 2));
  }
}
