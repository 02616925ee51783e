import type { CostReportQuery, PlainDimension, ReportDimension, ReportFilter } from '../domain/cost-report';
import { UNASSIGNED } from '../domain/cost-report';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Collects values and hands out their places. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

interface Dimension {
  /** What charges are grouped by. */
  readonly key: string;
  /** What the row shows, from `k` (the key) and its joined table. */
  readonly label: (k: string, join: string) => string;
  readonly join?: (k: string, join: string) => string;
}

const plain = (column: string): Dimension => ({ key: column, label: (k) => k });

const named = (table: string, column: string): Dimension => ({
  key: column,
  join: (k, join) => `LEFT JOIN ${table} ${join} ON ${join}.id = ${k}`,
  label: (k, join) =>
    `CASE WHEN ${k} IS NULL THEN '${UNASSIGNED}' ELSE coalesce(${join}.slug, ${k}::text) END`,
});

type Unit = 'hour' | 'day' | 'month';

/** Begin of the unit in the zone, as an instant: two hours of one name in autumn stay two. */
function period(unit: Unit, tz: string): Dimension {
  const formats = { hour: 'YYYY-MM-DD"T"HH24:MI:SS', day: 'YYYY-MM-DD', month: 'YYYY-MM' };
  return {
    key: `date_trunc('${unit}', started_at, ${tz})`,
    label: (k) => {
      const text = `to_char(${k} AT TIME ZONE ${tz}, '${formats[unit]}')`;
      if (unit !== 'hour') return text;
      const minutes = `(extract(epoch FROM (${k} AT TIME ZONE ${tz}) - (${k} AT TIME ZONE 'UTC')) / 60)::int`;
      const digits = (value: string): string => `lpad((${value})::text, 2, '0')`;
      return `${text} || CASE WHEN ${minutes} < 0 THEN '-' ELSE '+' END || ${digits(`abs(${minutes}) / 60`)} || ':' || ${digits(`abs(${minutes}) % 60`)}`;
    },
  };
}

/** People and services by the name they have now, else the one they had. */
const PERSON: Dimension = {
  key: 'owner_id',
  join: (k, join) =>
    `LEFT JOIN LATERAL (SELECT email AS name FROM person WHERE id = ${k} UNION ALL SELECT slug FROM service_account WHERE id = ${k} LIMIT 1) ${join} ON true`,
  label: (k, join) => `coalesce(${join}.name, ${k}::text)`,
};

function dimensionOf(name: ReportDimension, tz: string, parameters: Parameters): Dimension {
  const every = (unit: Unit): Dimension => period(unit, `${parameters.add(tz)}::text`);
  if (name.startsWith('tag:')) {
    const tag = parameters.add(name.slice('tag:'.length));
    return { key: `tags ->> ${tag}::text`, label: (k) => `coalesce(${k}, '${UNASSIGNED}')` };
  }
  const dimensions: Record<PlainDimension, () => Dimension> = {
    project: () => named('project', 'project_id'),
    team: () => named('team', 'team_id'),
    person: () => PERSON,
    key: () => ({ key: 'key_id', label: (k) => `${k}::text` }),
    model: () => plain('requested_model'),
    provider: () => plain('provider'),
    credential: () => plain('credential'),
    hour: () => every('hour'),
    day: () => every('day'),
    month: () => every('month'),
  };
  return dimensions[name as PlainDimension]();
}

const referenced = (table: string, column: string, value: string): string =>
  `(${column} IN (SELECT id FROM ${table} WHERE slug = ANY(${value}::text[])) OR ${column}::text = ANY(${value}::text[])
    OR (${column} IS NULL AND '${UNASSIGNED}' = ANY(${value}::text[])))`;

const FILTERS: Record<ReportFilter, (value: string) => string> = {
  project: (value) => referenced('project', 'project_id', value),
  team: (value) => referenced('team', 'team_id', value),
  person: (value) =>
    `(owner_label = ANY(${value}::text[]) OR owner_id::text = ANY(${value}::text[])
    OR owner_id IN (SELECT id FROM person WHERE email = ANY(${value}::text[])))`,
  key: (value) => `key_id::text = ANY(${value}::text[])`,
  model: (value) => `requested_model = ANY(${value}::text[])`,
  provider: (value) => `provider = ANY(${value}::text[])`,
  credential: (value) => `credential = ANY(${value}::text[])`,
};

function conditionsOf(query: CostReportQuery, parameters: Parameters): string {
  const from = parameters.add(new Date(query.fromMs));
  const to = parameters.add(new Date(query.toMs));
  const conditions = [`started_at >= ${from}::timestamptz`, `started_at < ${to}::timestamptz`];
  for (const [name, values] of Object.entries(query.filters ?? {})) {
    conditions.push(FILTERS[name as ReportFilter](parameters.add(values)));
  }
  return conditions.join('\n    AND ');
}

const SHARED = 'started_at, requested_model, key_id, owner_id, owner_label, team_id, project_id, tags';

/** Attempts, and calls that never reached one: each call is counted exactly once. */
const CHARGES = `
  SELECT ${SHARED}, provider, credential, 1 AS attempts, closes_call::int AS calls,
    (closes_call AND call_unpriced)::int AS unpriced_calls, state = 'estimated' AS estimated, waste IS NOT NULL AS wasted,
    cost, cache_savings, coalesce(input, 0) AS input, coalesce(cache_read, 0) AS cache_read,
    coalesce(cache_write_5m + cache_write_1h + cache_write_unknown_ttl, 0) AS cache_write,
    coalesce(output, 0) AS output, coalesce(reasoning, 0) AS reasoning
  FROM attempt
  UNION ALL
  SELECT ${SHARED}, NULL, NULL, 0, 1, 0, false, false, 0, 0, 0, 0, 0, 0, 0
  FROM call WHERE attempts = 0`;

const SUMS = `coalesce(sum(calls), 0) AS calls, coalesce(sum(attempts), 0) AS attempts,
    coalesce(sum(unpriced_calls), 0) AS unpriced_calls, coalesce(sum(cost), 0) AS cost,
    coalesce(sum(cost) FILTER (WHERE wasted), 0) AS waste, coalesce(sum(cost) FILTER (WHERE estimated), 0) AS estimated,
    coalesce(sum(cache_savings), 0) AS cache_savings, coalesce(sum(input), 0) AS input,
    coalesce(sum(cache_read), 0) AS cache_read, coalesce(sum(cache_write), 0) AS cache_write,
    coalesce(sum(output), 0) AS output, coalesce(sum(reasoning), 0) AS reasoning`;

const SHOWN = `g.calls::float8 AS calls, g.attempts::float8 AS attempts, g.unpriced_calls::float8 AS unpriced_calls,
  trim_scale(g.cost)::text AS cost, trim_scale(g.cost - g.waste)::text AS delivered, trim_scale(g.waste)::text AS waste,
  trim_scale(g.estimated)::text AS estimated, trim_scale(g.cache_savings)::text AS cache_savings,
  g.input::float8 AS input, g.cache_read::float8 AS cache_read, g.cache_write::float8 AS cache_write,
  g.output::float8 AS output, g.reasoning::float8 AS reasoning`;

/** Totals first. Rows and totals come from one statement, hence from one snapshot: they cannot disagree. */
export function costReportStatement(query: CostReportQuery): Statement {
  const parameters = new Parameters();
  const dimensions = query.groupBy.map((name) => dimensionOf(name, query.tz, parameters));
  const keys = dimensions.map((_, i) => `k${i}`);
  const charges = [
    `SELECT charges.*${dimensions.map((d, i) => `, ${d.key} AS k${i}`).join('')}`,
    `  FROM (${CHARGES}) charges\n  WHERE ${conditionsOf(query, parameters)}`,
  ].join('\n');
  const sets = keys.length > 0 ? `GROUP BY GROUPING SETS ((${keys.join(', ')}), ())` : '';
  const total = keys.length > 0 ? `grouping(${keys.join(', ')}) > 0` : 'true';
  const labels = dimensions.map((d, i) => `, ${d.label(`g.k${i}`, `j${i}`)} AS d${i}`).join('');
  const joins = dimensions.map((d, i) => d.join?.(`g.k${i}`, `j${i}`) ?? '').join('\n');
  const order = ['g.total DESC', ...keys.map((_, i) => `d${i}`), ...keys.map((k) => `g.${k}`)].join(', ');
  const text = `WITH charge AS (${charges}),
g AS (SELECT ${[...keys, `${total} AS total`, SUMS].join(', ')} FROM charge ${sets})
SELECT g.total, now() AS now, ${SHOWN}${labels}
FROM g
${joins}
ORDER BY ${order}`;
  return { text, values: parameters.values };
}
