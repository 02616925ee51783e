import { Module, type DynamicModule } from '@nestjs/common';
import type { Pool } from 'pg';
import { ReportSource } from './report-source';
import { ReportsController } from './reports.controller';

export interface ReportsOptions {
  readonly pool: Pool;
  /** Names the prices in force: the price book's version. */
  readonly priceVersion: () => string;
}

/** Reports and traces out of the ledger. */
@Module({})
export class ReportsModule {
  static with({ pool, priceVersion }: ReportsOptions): DynamicModule {
    return {
      module: ReportsModule,
      controllers: [ReportsController],
      providers: [{ provide: ReportSource, useValue: new ReportSource(pool, priceVersion) }],
    };
  }
}
