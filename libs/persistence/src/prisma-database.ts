import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client';

/** Prisma over the process's own pool. Closing it leaves the pool open: the pool's maker ends it. */
export class PrismaDatabase extends PrismaClient {
  constructor(pool: Pool) {
    super({ adapter: new SequentialPrismaPg(pool) });
  }
}

type Transaction = Awaited<ReturnType<Awaited<ReturnType<PrismaPg['connect']>>['startTransaction']>>;

/**
 * Prisma asks for the relations of a row in parallel, also inside a transaction, where there is one connection.
 * pg only queues such queries with a deprecation warning (since 8.23), so they are queued here.
 */
class SequentialPrismaPg extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolation) => inOrder(await start(isolation));
    return adapter;
  }
}

function inOrder(transaction: Transaction): Transaction {
  let last: Promise<unknown> = Promise.resolve();
  const queued =
    <Query, Result>(run: (query: Query) => Promise<Result>) =>
    (query: Query): Promise<Result> => {
      const next = last.then(() => run(query));
      last = next.catch(() => undefined);
      return next;
    };
  transaction.queryRaw = queued(transaction.queryRaw.bind(transaction));
  transaction.executeRaw = queued(transaction.executeRaw.bind(transaction));
  return transaction;
}
