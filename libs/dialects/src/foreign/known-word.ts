import type { Json } from '@turnpike/kernel';
import { readString } from '@turnpike/protocol';

/**
 * A word out of a list that grows with every generation of models; undefined for one that is not known yet, which is left
 * to the client's own vendor (`newWord`). @throws GatewayError invalid_request on another type.
 */
export function knownWord<W extends string>(
  value: Json | undefined,
  param: string,
  words: readonly W[],
): W | undefined {
  const word = readString(value, param);
  return words.find((known) => known === word);
}

/** The word itself where it is not known. */
export const newWord = (value: Json | undefined, words: readonly string[]): string | undefined =>
  typeof value === 'string' && !words.includes(value) ? value : undefined;
