/** What a report can be broken down by. `tag:<name>`: the value of one tag. */
export const REPORT_DIMENSIONS = [
  'project',
  'team',
  'person',
  'key',
  'model',
  'provider',
  'credential',
  'day',
  'hour',
  'month',
] as const;

export type PlainDimension = (typeof REPORT_DIMENSIONS)[number];
export type ReportDimension = PlainDimension | `tag:${string}`;

/** Dimensions that a report can be narrowed by; each to any of its values. */
export const REPORT_FILTERS = [
  'project',
  'team',
  'person',
  'key',
  'model',
  'provider',
  'credential',
] as const;
export type ReportFilter = (typeof REPORT_FILTERS)[number];

/** Where charges without a project (team, tag) stand. */
export const UNASSIGNED = 'unassigned';

export const MAX_REPORT_DIMENSIONS = 2;

const TAG = /^tag:[\w.-]{1,64}$/;

export const isReportDimension = (text: string): text is ReportDimension =>
  TAG.test(text) || REPORT_DIMENSIONS.some((dimension) => dimension === text);

export interface CostReportQuery {
  /** Half-open: `from` is in, `to` is out. */
  readonly fromMs: number;
  readonly toMs: number;
  /** IANA zone in which days, hours and months begin. */
  readonly tz: string;
  readonly groupBy: readonly ReportDimension[];
  readonly filters?: Readonly<Partial<Record<ReportFilter, readonly string[]>>>;
}

/** `output` includes `reasoning`. */
export interface ReportTokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

/** Money as decimal strings of USD; delivered + waste = cost. */
export interface ReportMeasures {
  /** A call counts where its last attempt stands; one without attempts, where it was asked. */
  readonly calls: number;
  readonly attempts: number;
  readonly costUsd: string;
  readonly deliveredCostUsd: string;
  readonly wasteCostUsd: string;
  /** Negative while cache writes outweigh reads. */
  readonly cacheSavingsUsd: string;
  readonly tokens: ReportTokens;
  readonly estimatedCostUsd: string;
  /** Calls with an attempt that has no price. */
  readonly unpricedCalls: number;
}

/** Values of the dimensions by name, and the measures. null: the row has none (no attempt, no provider). */
export type ReportRow = ReportMeasures & { readonly [dimension: string]: unknown };

export interface CostReport {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly groupBy: readonly ReportDimension[];
  /** Calls that ended before it are in. */
  readonly completeUntil: string;
  readonly priceVersion: string;
  readonly rows: readonly ReportRow[];
  readonly totals: ReportMeasures;
}
