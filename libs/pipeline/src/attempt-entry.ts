import type { AttemptEntry, WasteKind } from '@turnpike/billing';
import type { Attempt, AttemptOutcome } from './attempt';
import type { SettledAttempt } from './settle-attempt';

/** How an attempt ended, for the ledger. */
export interface AttemptClosing {
  readonly outcome: AttemptOutcome;
  readonly settled: SettledAttempt;
  readonly endedAtMs: number;
  /** The client was not there any more. */
  readonly isClientGone: boolean;
}

const WASTE = {
  delivered: undefined,
  failed: 'failed_attempt',
  broken: 'stream_broken',
  gone: 'client_abort',
  lost: 'hedge_loser',
} as const satisfies Record<AttemptOutcome['kind'], WasteKind | undefined>;

/** An attempt that this process ended is no abort of the client's. */
function wasteOf({ contentAtMs }: Attempt, { outcome, isClientGone }: AttemptClosing): WasteKind | undefined {
  if (outcome.kind !== 'gone' || isClientGone) return WASTE[outcome.kind];
  return contentAtMs === undefined ? 'failed_attempt' : 'stream_broken';
}

function reasonOf({ outcome, isClientGone }: AttemptClosing): string | undefined {
  switch (outcome.kind) {
    case 'delivered':
      return undefined;
    case 'failed':
    case 'broken':
      return outcome.failure.reason;
    case 'gone':
      return isClientGone ? 'client_disconnected' : 'interrupted';
    case 'lost':
      return 'hedge_lost';
  }
}

/** The ledger's row of one attempt. */
export function attemptEntry(attempt: Attempt, closing: AttemptClosing): AttemptEntry {
  const { target, credential, prepared, n } = attempt.setting;
  const { outcome, settled, endedAtMs } = closing;
  // Every member stands here, also the unknown ones: entries of one shape are small and quick to make.
  return {
    id: attempt.id,
    n,
    provider: target.provider.name,
    credential: credential.name,
    quotaGroup: credential.quotaGroup,
    model: target.model,
    lane: prepared.lane,
    status: attempt.status,
    startedAtMs: attempt.startedAtMs,
    endedAtMs,
    firstByteAtMs: attempt.firstByteAtMs,
    state: settled.state,
    usage: settled.usage,
    lines: settled.lines,
    costPicoUsd: settled.costPicoUsd,
    unpriced: settled.unpriced,
    reason: reasonOf(closing),
    failureClass: outcome.kind === 'failed' || outcome.kind === 'broken' ? outcome.failure.class : undefined,
    waste: wasteOf(attempt, closing),
  };
}
