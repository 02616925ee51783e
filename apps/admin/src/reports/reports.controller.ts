import { Readable } from 'node:stream';
import { Controller, Inject, StreamableFile } from '@nestjs/common';
import type { CallTrace, CostReport } from '@turnpike/billing';
import { GatewayError } from '@turnpike/kernel';
import { Handles, Input, type InputOf } from '../http/endpoint-kit';
import { readReportQuery } from './read-report-query';
import { costsEndpoint, requestEndpoint } from './report-endpoints';
import { ReportSource } from './report-source';

@Controller()
export class ReportsController {
  constructor(@Inject(ReportSource) private readonly source: ReportSource) {}

  @Handles(costsEndpoint)
  costs(@Input() { query }: InputOf<typeof costsEndpoint>): Promise<CostReport> | Promise<StreamableFile> {
    const wanted = readReportQuery(query);
    return query.format === 'csv' ? this.#csv(wanted) : this.source.costs(wanted);
  }

  @Handles(requestEndpoint)
  async request(@Input() { params }: InputOf<typeof requestEndpoint>): Promise<CallTrace> {
    const trace = await this.source.findCall(params.id);
    if (trace) return trace;
    throw new GatewayError('not_found', 'No call has this id, or its record is older than the ledger keeps.');
  }

  async #csv(wanted: ReturnType<typeof readReportQuery>): Promise<StreamableFile> {
    const blocks = this.source.costsCsv(wanted);
    // The first block before the head: a report that fails is still answered with an error.
    const first = await blocks.next();
    const body = Readable.from(afterFirst(first, blocks), { objectMode: false });
    return new StreamableFile(body, {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="costs.csv"',
    });
  }
}

async function* afterFirst(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}
