import { traceCall, type CallTrace } from '../domain/call-trace';
import { Ledger, type CallEntry } from '../domain/ledger';

/** The ledger of a process that keeps nothing: tests and trials. Same rules, an entry is taken once. */
export class MemoryLedger extends Ledger {
  readonly #calls = new Map<string, CallEntry>();

  record(call: CallEntry): void {
    if (!this.#calls.has(call.id)) this.#calls.set(call.id, call);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get calls(): readonly CallEntry[] {
    return [...this.#calls.values()];
  }

  /** As `findCall` over Postgres; projects appear by their id, for no slug is known here. */
  find(idOrRequestId: string, keyId?: string): CallTrace | undefined {
    const mine = this.calls.filter((call) => keyId === undefined || call.keyId === keyId);
    const named = mine.filter((call) => call.requestId === idOrRequestId);
    const newest = [...named].sort((a, b) => (a.id < b.id ? 1 : -1))[0];
    const found = mine.find((call) => call.id === idOrRequestId) ?? newest;
    return found && traceCall(found, found.projectId ?? null);
  }
}
