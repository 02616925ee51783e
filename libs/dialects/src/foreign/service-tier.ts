import type { Capabilities, ChatRequest, LossLog } from '@turnpike/protocol';

/** What the encoder of one dialect knows when it comes to the tier. */
interface TierEncoding {
  readonly request: Pick<ChatRequest, 'tier'>;
  readonly capabilities: Pick<Capabilities, 'tiers'>;
  readonly losses: LossLog;
}

/** Words that the dialects have for one thing; all others mean themselves. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['default', 'standard'],
  ['standard_only', 'standard'],
  ['on_demand', 'standard'],
  ['unspecified', 'auto'],
]);

/** One dialect writes its words as constants too. */
const PREFIX = /^service_tier_/;

function meaningOf(word: string): string {
  const bare = word.toLowerCase().replace(PREFIX, '');
  return MEANINGS.get(bare) ?? bare;
}

/** True: it asks for what happens anyway. */
const isPlain = (word: string): boolean => ['auto', 'standard'].includes(meaningOf(word));

/**
 * The client's tier in a word that the target takes: one that its data lists, else one of the dialect's (`words`; absent:
 * whatever the client wrote). What has no such word is a loss, unless it asks for nothing.
 */
export function writeTier(
  { request: { tier }, capabilities, losses }: TierEncoding,
  words?: readonly string[],
): string | undefined {
  if (tier === undefined) return undefined;
  const taken = capabilities.tiers ?? words;
  if (taken === undefined || taken.includes(tier)) return tier;
  const word = taken.find((known) => meaningOf(known) === meaningOf(tier));
  if (word === undefined && !isPlain(tier)) losses.dropped('service_tier');
  return word;
}

/** The same for a client of another dialect, whose word for "as you like" is left out. */
export function writeForeignTier(encoding: TierEncoding, words: readonly string[]): string | undefined {
  const { tier } = encoding.request;
  return tier !== undefined && meaningOf(tier) === 'auto' ? undefined : writeTier(encoding, words);
}
