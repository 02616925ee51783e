import type { ProviderDefinition } from '../definition';
import { COMMON_HEADERS, type QuotaHeaders } from './quota-data';

/** What a header can say of a bucket, in the order of a row's values. */
export const FIELDS = ['limit', 'remaining', 'reset', 'combined'] as const;

/** A definition's headers, ready to be looked up. */
export interface HeaderTable {
  readonly rows: readonly QuotaHeaders[];
  /** Header -> place of its value: row times the number of fields, plus the field. */
  readonly places: ReadonlyMap<string, number>;
}

function compileTable(rows: readonly QuotaHeaders[]): HeaderTable {
  const places = new Map<string, number>();
  for (const [row, headers] of rows.entries()) {
    for (const [field, name] of FIELDS.entries()) {
      const header = headers[name];
      if (header !== undefined) places.set(header, row * FIELDS.length + field);
    }
  }
  return { rows, places };
}

const tables = new WeakMap<readonly QuotaHeaders[], HeaderTable>();

/** The table of a definition, compiled once. */
export function headerTable({ quota }: ProviderDefinition): HeaderTable {
  const rows = quota?.headers ?? COMMON_HEADERS;
  const known = tables.get(rows);
  if (known) return known;
  const table = compileTable(rows);
  tables.set(rows, table);
  return table;
}
