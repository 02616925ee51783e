interface Due {
  readonly ms: number;
  /** What was asked for first comes first. */
  readonly order: number;
  readonly run: () => void;
}

/** Longest chain of promises between a store's answer and the call. */
const CHAIN = 12;

const isBefore = (a: Due, b: Due): boolean => a.ms < b.ms || (a.ms === b.ms && a.order < b.order);

/** A clock that jumps from one thing that is due to the next: a heap by time, then by order. */
export class VirtualTime {
  /** A promise was resolved: who waits for it comes before what is due next. */
  isUnsettled = false;
  private readonly heap: Due[] = [];
  private order = 0;

  constructor(public nowMs: number) {}

  after(ms: number, run: () => void): void {
    const due = { ms: this.nowMs + Math.max(0, ms), order: this.order++, run };
    const { heap } = this;
    let at = heap.push(due) - 1;
    for (let up = (at - 1) >> 1; at > 0; at = up, up = (at - 1) >> 1) {
      const above = heap[up];
      if (!above || isBefore(above, due)) break;
      heap[at] = above;
      heap[up] = due;
    }
  }

  /** Until nothing is due any more, or this moment has come. */
  async run(untilMs: number): Promise<void> {
    for (let next = this.heap[0]; next && next.ms <= untilMs; next = this.heap[0]) {
      this.shift();
      this.nowMs = Math.max(this.nowMs, next.ms);
      next.run();
      if (!this.isUnsettled) continue;
      this.isUnsettled = false;
      for (let i = 0; i < CHAIN; i++) await Promise.resolve();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  private shift(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || isBefore(last, child)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}
