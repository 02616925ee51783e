import type { Clock } from '@turnpike/kernel';

/** How a wait ended: it is this caller's turn, or there will be none in time. */
export type WaitEnd = Turn | undefined;

/** Nobody else of the line is called until it is over. */
export interface Turn {
  readonly line: string;
  /** `notBeforeMs`: the place stays shut until then, whoever asks. */
  over(notBeforeMs?: number): void;
}

export interface Wait {
  readonly line: string;
  /** Callers take turns: one with many calls does not keep out one with few. */
  readonly caller: string;
  readonly notBeforeMs: number;
  readonly limitMs: number;
}

interface Waiter extends Wait {
  readonly end: (end: WaitEnd) => void;
}

/** Those who wait for one place. */
interface Line {
  /** By caller, in the order in which callers come to their turns. */
  readonly callers: Map<string, Waiter[]>;
  busy: boolean;
  notBeforeMs: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Calls that wait for a place to open: bounded, fair between callers, first come first served within one. One call of
 * a line is let go at a time, and the next when it has been let in or turned away: a place that opens is asked once
 * and not a thousand times.
 */
export class WaitingRoom {
  private readonly lines = new Map<string, Line>();
  private count = 0;

  constructor(
    private readonly clock: Clock,
    /** Calls of this process that may wait at once. */
    private readonly most: number,
  ) {}

  get size(): number {
    return this.count;
  }

  /** True: others were here first. */
  isTaken(line: string): boolean {
    return this.lines.has(line);
  }

  /** `cancel` ends the wait early, as one that came to nothing. No seat: it ends at once. */
  join(wait: Wait): { readonly ended: Promise<WaitEnd>; readonly cancel: () => void } {
    let cancel = (): void => undefined;
    const ended = new Promise<WaitEnd>((resolve) => {
      if (this.count >= this.most) return resolve(undefined);
      const timer = setTimeout(() => cancel(), wait.limitMs);
      const waiter: Waiter = {
        ...wait,
        end: (end) => {
          clearTimeout(timer);
          resolve(end);
        },
      };
      cancel = () => this.leave(waiter);
      this.enter(waiter);
    });
    return { ended, cancel: () => cancel() };
  }

  private enter(waiter: Waiter): void {
    this.count++;
    let line = this.lines.get(waiter.line);
    if (!line) {
      line = { callers: new Map(), busy: false, notBeforeMs: 0, timer: undefined };
      this.lines.set(waiter.line, line);
    }
    const own = line.callers.get(waiter.caller);
    if (own) own.push(waiter);
    else line.callers.set(waiter.caller, [waiter]);
    this.schedule(waiter.line, line);
  }

  private leave(waiter: Waiter): void {
    const line = this.lines.get(waiter.line);
    if (!line || !this.take(line, waiter)) return;
    waiter.end(undefined);
    this.schedule(waiter.line, line);
  }

  /** False: it had its turn already. */
  private take(line: Line, waiter: Waiter): boolean {
    const own = line.callers.get(waiter.caller);
    const at = own?.indexOf(waiter) ?? -1;
    if (!own || at < 0) return false;
    own.splice(at, 1);
    this.count--;
    if (own.length === 0) line.callers.delete(waiter.caller);
    return true;
  }

  private schedule(name: string, line: Line): void {
    clearTimeout(line.timer);
    if (line.busy) return;
    if (line.callers.size === 0) return void this.lines.delete(name);
    const heads = [...line.callers.values()].flatMap(([first]) => first ?? []);
    const opensMs = Math.max(line.notBeforeMs, Math.min(...heads.map(({ notBeforeMs }) => notBeforeMs)));
    const waitMs = Math.max(0, opensMs - this.clock());
    line.timer = setTimeout(() => this.call(name, line), waitMs);
  }

  private call(name: string, line: Line): void {
    const nowMs = this.clock();
    const next = [...line.callers.values()]
      .flatMap(([first]) => first ?? [])
      .find(({ notBeforeMs }) => notBeforeMs <= nowMs);
    if (!next) return this.schedule(name, line);
    this.take(line, next);
    // The caller goes to the end of the round.
    const rest = line.callers.get(next.caller);
    if (rest) {
      line.callers.delete(next.caller);
      line.callers.set(next.caller, rest);
    }
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
