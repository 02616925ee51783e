import { NO_USAGE, type Usage } from '@turnpike/protocol';

/** Bytes of text per token: the measured mean over code and prose in current vocabularies, as 7/2. */
const BYTES_PER_TOKEN_TIMES_2 = 7;

/** Tokens that `textBytes` of UTF-8 are taken for when nobody counted them. */
export const tokensOfBytes = (textBytes: number): number =>
  Math.ceil((Math.max(0, textBytes) * 2) / BYTES_PER_TOKEN_TIMES_2);

export interface UsageEvidence {
  /** Text bytes that were sent; counts only without `inputEstimate`. */
  readonly inputBytes?: number;
  /** Input tokens as estimated before dispatch. */
  readonly inputEstimate?: number;
  /** Text bytes that were received, thinking and tool arguments included. */
  readonly textBytes: number;
}

/** Usage of an attempt whose provider reported none. No margin is added: an estimate is not a fee. */
export function estimateUsage(evidence: UsageEvidence): Usage {
  const input = Math.ceil(evidence.inputEstimate ?? tokensOfBytes(evidence.inputBytes ?? 0));
  return { ...NO_USAGE, input: Math.max(0, input), output: tokensOfBytes(evidence.textBytes) };
}
