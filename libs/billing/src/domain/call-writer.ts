import type { CallEntry } from './ledger';

/** Writes batches of calls. A call that is there already is left as it is. */
export abstract class CallWriter {
  /** All or nothing, in one transaction. */
  abstract write(calls: readonly CallEntry[]): Promise<void>;
  /** True: the data is at fault and no repetition helps. False: the store may recover. */
  abstract isRejection(error: unknown): boolean;
}

/** A place for calls that the store does not take now. */
export abstract class CallSpool {
  /** Durable when it resolves. `error`: why the store refused this very call. */
  abstract append(calls: readonly CallEntry[], error?: string): Promise<void>;
  /** Hands out what lies there in batches; each is forgotten once `take` has resolved for all. */
  abstract replay(batchSize: number, take: (calls: readonly CallEntry[]) => Promise<void>): Promise<void>;
}
