import type { Loss } from '../canonical/loss';

/** Codes that are told one by one: they travel in one header. */
const MOST_CODES = 40;

const SAFE_NAME = /^[A-Za-z0-9_.:-]{1,64}$/;

/** Collects what one encoding loses: each code once, in the order in which it first happened. */
export class LossLog {
  private readonly codes = new Set<Loss>();
  private readonly counts = new Map<string, number>();

  add(code: Loss): void {
    this.codes.add(code);
  }

  /** `dropped:<member>`. Names come from clients and end in a header: an odd one is not repeated. */
  dropped(member: string): void {
    this.codes.add(`dropped:${SAFE_NAME.test(member) ? member : 'unknown_member'}`);
  }

  /** Shown as `code:n`. */
  count(code: string, by = 1): void {
    if (by > 0) this.counts.set(code, (this.counts.get(code) ?? 0) + by);
  }

  list(): Loss[] {
    if (this.codes.size === 0 && this.counts.size === 0) return [];
    const told = [...this.codes].slice(0, MOST_CODES);
    const more = this.codes.size - told.length;
    const counted = [...this.counts].map(([code, n]) => `${code}:${n}`);
    return [...told, ...counted, ...(more > 0 ? [`more_losses:${more}`] : [])];
  }
}
