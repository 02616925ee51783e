import {
  estimateUsage,
  priceUsage,
  tokensOfBytes,
  type AttemptState,
  type ChargeLine,
  type PriceBook,
  type UnitPrice,
} from '@turnpike/billing';
import type { UnitMeter, Units } from '@turnpike/dialects';
import type { PicoUsd } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import type { Metering, Progress } from './answers/answer';

/** How an attempt ended, as far as money is concerned. */
export interface AttemptEvidence {
  readonly target: Target;
  readonly startedAtMs: number;
  /** What the answer showed; undefined when there was no answer with status 200. */
  readonly progress: Progress | undefined;
  /** `failed`: nothing content-bearing was delivered and nobody left; `lost`: another attempt answered. */
  readonly end: 'delivered' | 'failed' | 'broken' | 'gone' | 'lost';
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

/** Answered, and nobody bills it. */
const FREE: SettledAttempt = { state: 'measured', lines: [], costPicoUsd: 0n, unpriced: false };
const UNBILLED: SettledAttempt = { state: 'unbilled', lines: [], costPicoUsd: 0n, unpriced: false };

/**
 * What an attempt cost (docs: billing). Reported and complete: measured. Cut, left or broken: estimated from what was
 * reported and the text seen. Refused with an HTTP error, or failed without a word of usage: nobody bills it.
 */
export function settleAttempt(evidence: AttemptEvidence, prices: PriceBook): SettledAttempt {
  const { progress, end, status } = evidence;
  const refused = status !== null && (status < 200 || status >= 300);
  if (progress?.finished && progress.metering?.told === 'free') return FREE;
  // Of several exchanges some had been answered, and told what they cost, before one was refused.
  if (refused) return progress?.usage ? charge(evidence, prices, progress.usage, 'measured') : UNBILLED;
  const usage = progress?.usage ?? (progress?.metering?.units && NO_USAGE);
  if (progress?.finished && usage) return charge(evidence, prices, usage, 'measured');
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
  const { target, startedAtMs, progress } = evidence;
  const { name, definition } = target.provider;
  const price = prices.find(name, target.model, definition.priceProvider, startedAtMs);
  const counted = unpricedLines(progress?.metering?.units, confidence, price);
  if (!price) return { state: confidence, usage, lines: counted, costPicoUsd: 0n, unpriced: true };
  const requests = billedRequests(progress?.metering);
  const { lines, costPicoUsd } = priceUsage(usage, price, { atMs: startedAtMs, confidence, requests });
  const unpriced = counted.length > 0 || (progress?.metering?.told === 'hidden' && !price.perRequest);
  return { state: confidence, usage, lines: [...lines, ...counted], costPicoUsd, unpriced };
}

/** A price per request is one per search unit where the provider bills those. */
const billedRequests = (metering: Metering | undefined): number =>
  metering?.units?.search ?? metering?.requests ?? 1;

/** What was counted and has no price stands in the ledger without one, so that it can be priced later. */
function unpricedLines(
  units: Units | undefined,
  confidence: 'measured' | 'estimated',
  price: UnitPrice | undefined,
): readonly ChargeLine[] {
  if (!units || price?.perRequest) return [];
  return (Object.keys(units) as UnitMeter[]).flatMap((meter) => {
    const quantity = units[meter] ?? 0;
    return quantity > 0 ? [{ meter, quantity, unitPriceId: 'unpriced', costPicoUsd: 0n, confidence }] : [];
  });
}
