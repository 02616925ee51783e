import { REPORT_FILTERS, startOfDay, type CostReportQuery } from '@turnpike/billing';
import { GatewayError } from '@turnpike/kernel';
import type { CostsQuery } from './report-endpoints';

const instantOf = (text: string, tz: string): number =>
  text.includes('T') ? Date.parse(text) : startOfDay(text, tz);

/** @throws GatewayError invalid_request for an interval that ends before it begins. */
export function readReportQuery(query: CostsQuery): CostReportQuery {
  const { tz } = query;
  const fromMs = instantOf(query.from, tz);
  const toMs = instantOf(query.to, tz);
  if (toMs <= fromMs) {
    const message =
      'The query is not valid. to: must lie after from, for it is the first instant that is out.';
    throw new GatewayError('invalid_request', message, { param: 'to' });
  }
  const filters = REPORT_FILTERS.flatMap((name) => {
    const values = query[name];
    return values === undefined ? [] : [[name, values] as const];
  });
  return { fromMs, toMs, tz, groupBy: query.group_by, filters: Object.fromEntries(filters) };
}
