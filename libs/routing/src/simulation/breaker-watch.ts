import type { Failure } from '@turnpike/protocol';
import { placeKey } from '../domain/group/place';
import type { Dispatch } from './simulated-call';

const TO_OPEN = 5;
const PROBES = 3;
const TO_CLOSE = 3;
/** The shortest time that a breaker stays open. */
const OPEN_MS = 8_000;
/** Successes of other replicas may be told so late, and end a row of failures then. */
const TOLD_LATE_MS = 7_000;

interface Row {
  failures: number;
  /** Those of them that cannot have been forgotten on the way. */
  certain: number;
  firstMs: number;
  succeededAtMs: number;
  /** undefined: it may be closed. */
  openedAtMs: number | undefined;
  closers: number;
  readonly probes: Set<Dispatch>;
}

/** Rules of breakers that are open for sure: nobody for a while, then three at once, until three have succeeded. */
export class BreakerWatch {
  /** Most probes that were in flight at once. */
  mostProbes = 0;
  private readonly rows = new Map<string, Row>();

  constructor(private readonly staleMs: number) {}

  sent(dispatch: Dispatch, nowMs: number): string | undefined {
    const row = this.row(dispatch);
    const { openedAtMs } = row;
    if (openedAtMs === undefined || nowMs <= openedAtMs + this.staleMs) return undefined;
    if (nowMs < row.firstMs + OPEN_MS) return `sent ${nowMs - openedAtMs} ms after a breaker has opened`;
    row.probes.add(dispatch);
    const flying = [...row.probes].filter(({ call }) => call.replica.isAlive).length;
    this.mostProbes = Math.max(this.mostProbes, flying);
    return flying > PROBES ? `${flying} probes of a breaker` : undefined;
  }

  heard(dispatch: Dispatch, failure: Failure | undefined, nowMs: number): void {
    const row = this.row(dispatch);
    const wasProbe = row.probes.delete(dispatch);
    if (failure?.class !== 'server' && failure?.class !== 'overload') {
      if (failure === undefined) this.succeeded(row, nowMs);
      return;
    }
    if (row.failures++ === 0) row.firstMs = nowMs;
    if (nowMs - row.succeededAtMs > TOLD_LATE_MS) row.certain++;
    // It may have opened at any failure of the row, so it is shut for as long as if it were the first.
    const hasOpened = row.failures === TO_OPEN && row.certain === TO_OPEN;
    if (row.openedAtMs === undefined ? !hasOpened : !wasProbe) return;
    if (wasProbe && nowMs >= row.firstMs + OPEN_MS) row.firstMs = nowMs;
    row.openedAtMs = nowMs;
    row.closers = 0;
  }

  private succeeded(row: Row, nowMs: number): void {
    if (row.openedAtMs !== undefined) return;
    row.failures = 0;
    row.certain = 0;
    row.succeededAtMs = nowMs;
  }

  proved(dispatch: Dispatch, nowMs: number): void {
    const row = this.row(dispatch);
    if (row.openedAtMs === undefined) return this.succeeded(row, nowMs);
    if (!row.probes.delete(dispatch) || ++row.closers < TO_CLOSE) return;
    row.openedAtMs = undefined;
    row.failures = 0;
    row.certain = 0;
    row.closers = 0;
    row.probes.clear();
  }

  private row({ pass }: Dispatch): Row {
    const key = placeKey(pass.place);
    let row = this.rows.get(key);
    if (!row) {
      row = {
        failures: 0,
        certain: 0,
        firstMs: 0,
        succeededAtMs: -Infinity,
        openedAtMs: undefined,
        closers: 0,
        probes: new Set(),
      };
      this.rows.set(key, row);
    }
    return row;
  }
}
