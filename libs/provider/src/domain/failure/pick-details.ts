import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

/** Members of `error.details` that SDKs act on. */
const NAMES = ['error_code', 'unsupported'] as const;
const WORD = /^[\w.-]{1,64}$/;

const isWord = (value: Json | undefined): boolean => typeof value === 'string' && WORD.test(value);

/** Short words out of `error.details`; anything longer could carry what must not be shown. */
export function pickDetails(sources: readonly JsonObject[]): JsonObject | undefined {
  for (const { details } of sources) {
    if (!isObject(details)) continue;
    const kept = NAMES.flatMap((name) => {
      const value = details[name];
      const fits = isWord(value) || (Array.isArray(value) && value.length <= 16 && value.every(isWord));
      return fits ? [[name, value] as const] : [];
    });
    if (kept.length > 0) return Object.fromEntries(kept);
  }
  return undefined;
}
