import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { CacheMark } from '../canonical/content';

/** `cache_control: {type: "ephemeral", ttl?}`; what is none is no mark. */
export function readCacheMark(value: Json | undefined): CacheMark | undefined {
  if (!isObject(value) || value.type !== 'ephemeral') return undefined;
  return value.ttl === '5m' || value.ttl === '1h' ? { ttl: value.ttl } : {};
}

export const writeCacheMark = (mark: CacheMark): JsonObject =>
  mark.ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: mark.ttl };
