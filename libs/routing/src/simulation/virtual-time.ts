interface Due {
  readonly ms: number;
  /** What was asked for first comes first. */
  readonly order: number;
  readonly run: () => void;
}

const isBefore = (a: Due, b: Due): boolean => a.ms < b.ms || (a.ms === b.ms && a.order < b.order);

/** A clock that jumps from one thing that is due to the next: a heap by time, then by order. */
export class VirtualTime {
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
  run(untilMs: number): void {
    for (let next = this.heap[0]; next && next.ms <= untilMs; next = this.heap[0]) {
      this.shift();
      this.nowMs = Math.max(this.nowMs, next.ms);
      next.run();
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
