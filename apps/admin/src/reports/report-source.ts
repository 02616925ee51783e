import {
  renderCostReportCsv,
  type CallTrace,
  type CostReport,
  type CostReportQuery,
} from '@turnpike/billing';
import { costReport, streamCostReportRows } from '@turnpike/billing/adapters/pg-cost-report';
import { findCall } from '@turnpike/billing/adapters/pg-find-call';
import type { Pool } from 'pg';

/** Where the control plane reads the ledger. */
export class ReportSource {
  readonly #pool: Pool;
  readonly #priceVersion: () => string;

  constructor(pool: Pool, priceVersion: () => string) {
    this.#pool = pool;
    this.#priceVersion = priceVersion;
  }

  costs(query: CostReportQuery): Promise<CostReport> {
    return costReport(this.#pool, query, this.#priceVersion());
  }

  costsCsv(query: CostReportQuery): AsyncGenerator<string> {
    return renderCostReportCsv(query.groupBy, streamCostReportRows(this.#pool, query));
  }

  findCall(idOrRequestId: string): Promise<CallTrace | undefined> {
    return findCall(this.#pool, { idOrRequestId });
  }
}
