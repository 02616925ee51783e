import {
  estimateUsage,
  priceUsage,
  tokensOfBytes,
  type AttemptState,
  type ChargeLine,
  type PriceBook,
} from '@turnpike/billing';
import type { PicoUsd } from '@turnpike/kernel';
import type { Usage } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import type { Progress } from './answers/answer';

/** How an attempt ended, as far as money is concerned. */
export interface AttemptEvidence {
  readonly target: Target;
  readonly startedAtMs: number;
  /** What the answer showed; undefined when there was no answer with status 200. */
  readonly progress: Progress | undefined;
  /** `failed`: nothing content-bearing was delivered and nobody left. */
  readonly end: 'delivered' | 'failed' | 'broken' | 'gone';
  /** HTTP status of the upstream, null when there was none. */
  readonly status: number | null;
  /** Input tokens as estimated from the envelope. */
  readonly inputEstimate: number;
}

export interface SettledAttempt {
  readonly state: AttemptState;
  readonly usage?: Usage;
  readonly lines: readonly ChargeLine[];
  readonly costPicoUsd: PicoUsd;
  readonly unpriced: boolean;
}

const UNBILLED: SettledAttempt = { state: 'unbilled', lines: [], costPicoUsd: 0n, unpriced: false };

/**
 * What an attempt cost (docs: billing). Reported and complete: measured. Cut, left or broken: estimated from what was
 * reported and the text seen. Refused with an HTTP error, or failed without a word of usage: nobody bills it.
 */
export function settleAttempt(evidence: AttemptEvidence, prices: PriceBook): SettledAttempt {
  const { progress, end, status } = evidence;
  if (status !== null && (status < 200 || status >= 300)) return UNBILLED;
  if (progress?.finished && progress.usage) return charge(evidence, prices, progress.usage, 'measured');
  if (end === 'failed' && progress?.usage === undefined) return UNBILLED;
  return charge(evidence, prices, estimate(evidence), 'estimated');
}

function estimate({ progress, inputEstimate }: AttemptEvidence): Usage {
  const textBytes = progress?.textBytes ?? 0;
  if (!progress?.usage) return estimateUsage({ inputEstimate, textBytes });
  return { ...progress.usage, output: Math.max(progress.usage.output, tokensOfBytes(textBytes)) };
}

function charge(
  evidence: AttemptEvidence,
  prices: PriceBook,
  usage: Usage,
  confidence: 'measured' | 'estimated',
): SettledAttempt {
  const { target, startedAtMs } = evidence;
  const { name, definition } = target.provider;
  const price = prices.find(name, target.model, definition.priceProvider, startedAtMs);
  if (!price) return { state: confidence, usage, lines: [], costPicoUsd: 0n, unpriced: true };
  const { lines, costPicoUsd } = priceUsage(usage, price, { atMs: startedAtMs, confidence });
  return { state: confidence, usage, lines, costPicoUsd, unpriced: false };
}
