import type { VirtualTime } from './virtual-time';

/** One call of a line at a time; the next when this one is over. */
export interface LineTurn {
  readonly line: string;
  over(notBeforeMs?: number): void;
}

interface Waiter {
  readonly notBeforeMs: number;
  readonly end: (turn: LineTurn | undefined) => void;
}

interface Line {
  readonly waiters: Waiter[];
  busy: boolean;
  notBeforeMs: number;
  /** Only the latest schedule counts. */
  schedule: number;
}

/** Calls of one replica that wait for a place to open: bounded, first come first served. */
export class WaitingLines {
  most = 0;
  private readonly lines = new Map<string, Line>();
  private count = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly seats: number,
  ) {}

  isTaken(line: string): boolean {
    return this.lines.has(line);
  }

  /** `end` is called with a turn, or with nothing when there is no seat or none came in time. */
  join(name: string, notBeforeMs: number, limitMs: number, end: Waiter['end']): void {
    if (this.count >= this.seats) return end(undefined);
    let line = this.lines.get(name);
    if (!line) {
      line = { waiters: [], busy: false, notBeforeMs: 0, schedule: 0 };
      this.lines.set(name, line);
    }
    const waiter = { notBeforeMs, end };
    line.waiters.push(waiter);
    this.count++;
    this.most = Math.max(this.most, this.count);
    this.time.after(limitMs, () => this.leave(name, waiter));
    this.schedule(name, line);
  }

  private leave(name: string, waiter: Waiter): void {
    const line = this.lines.get(name);
    const at = line?.waiters.indexOf(waiter) ?? -1;
    if (!line || at < 0) return;
    line.waiters.splice(at, 1);
    this.count--;
    this.schedule(name, line);
    waiter.end(undefined);
  }

  private schedule(name: string, line: Line): void {
    const mine = ++line.schedule;
    if (line.busy) return;
    const [first] = line.waiters;
    if (!first) return void this.lines.delete(name);
    const opensMs = Math.max(line.notBeforeMs, first.notBeforeMs);
    this.time.after(opensMs - this.time.nowMs, () => {
      if (line.schedule === mine) this.call(name, line);
    });
  }

  private call(name: string, line: Line): void {
    const next = line.waiters.shift();
    if (!next) return this.schedule(name, line);
    this.count--;
    line.busy = true;
    let isOver = false;
    next.end({
      line: name,
      over: (notBeforeMs = 0) => {
        if (isOver) return;
        isOver = true;
        line.busy = false;
        line.notBeforeMs = notBeforeMs;
        this.schedule(name, line);
      },
    });
  }
}
