/** Fiftieths of a hedge: whole numbers, so that shares of calls add up. */
const HEDGE = 50;
/** Two in a hundred calls. */
const PER_CALL = 1;
const START = HEDGE;
const MOST = 10 * HEDGE;

/** What this replica may still spend on second attempts beside slow ones. */
export interface HedgeBudget {
  /** In fiftieths of a hedge. */
  readonly left: number;
}

export const freshHedgeBudget = (): HedgeBudget => ({ left: START });

/** The budget after one more call that could have been hedged. */
export const earnHedge = ({ left }: HedgeBudget): HedgeBudget => ({ left: Math.min(MOST, left + PER_CALL) });

/** The budget after one more hedge; undefined: there is none left for it. */
export const spendHedge = ({ left }: HedgeBudget): HedgeBudget | undefined =>
  left < HEDGE ? undefined : { left: left - HEDGE };

/** The hedges of one replica, over all routes that hedge. */
export class Hedges {
  private budget = freshHedgeBudget();

  earn(): void {
    this.budget = earnHedge(this.budget);
  }

  /** True: one more is paid for. */
  affords(): boolean {
    return spendHedge(this.budget) !== undefined;
  }

  spend(): void {
    this.budget = spendHedge(this.budget) ?? this.budget;
  }
}
