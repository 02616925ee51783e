import { Roster, type Member } from './roster';

/** A call under way that can be told to end. */
export interface Interruptible extends Member {
  /** Ends at once: the client gets its dialect's error, the ledger what was seen. */
  interrupt(): void;
}

/** Calls under way in this process. A drain waits for them; at its limit it ends them. */
export class ActiveCalls {
  private readonly all = new Roster<Interruptible>();
  private readonly waiting: (() => void)[] = [];
  private over = false;

  get size(): number {
    return this.all.size;
  }

  add(call: Interruptible): void {
    this.all.add(call);
    if (this.over) call.interrupt();
  }

  remove(call: Interruptible): void {
    this.all.remove(call);
    if (this.all.size === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** From now on no call lives: those under way are told to end, and so is each that still comes. */
  interruptAll(): void {
    this.over = true;
    for (const call of this.all.list()) call.interrupt();
  }

  /** Resolves when no call is under way. */
  whenIdle(): Promise<void> {
    if (this.all.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Waits for the calls under way, at most `limitMs`, then ends what is left and waits for that. */
  async drain(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.interruptAll();
        resolve();
      }, limitMs);
    });
    await Promise.race([this.whenIdle(), limit]);
    clearTimeout(timer);
    await this.whenIdle();
  }
}
