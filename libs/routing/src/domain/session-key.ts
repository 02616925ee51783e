import { createHash } from 'node:crypto';

/** What tells a session from others of the same key on the same route. */
export type SessionHint =
  /** The client names it. */
  | { readonly kind: 'named'; readonly name: string }
  /** How its first user element begins, as bytes of JSON. */
  | { readonly kind: 'beginning'; readonly bytes: Buffer };

/** Conversations of one client often begin alike; so much of the beginning tells most of them apart. */
export const BEGINNING_BYTES = 1_024;
/** A mark of the caching API that clients move to the end with each turn: it is no part of what was said. */
const CACHE_MARK = /,?\s*"cache_control"\s*:\s*\{[^{}]*\}/g;

/** The first KiB of a user element, the same in every turn. */
export function beginningOf(bytes: Buffer): Buffer {
  const start = bytes.subarray(0, 2 * BEGINNING_BYTES);
  if (!start.includes('"cache_control"')) return start.subarray(0, BEGINNING_BYTES);
  return Buffer.from(start.toString('latin1').replace(CACHE_MARK, ''), 'latin1').subarray(0, BEGINNING_BYTES);
}

/**
 * Name of a session in a store. The caller's key and the route are always part of it: a hint is never a right, and two
 * callers who give the same one share nothing.
 */
export function sessionKey(keyId: string, route: string, hint: SessionHint): string {
  return createHash('sha256')
    .update(JSON.stringify([keyId, route, hint.kind]))
    .update(hint.kind === 'named' ? hint.name : hint.bytes)
    .digest('base64url');
}
