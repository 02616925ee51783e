import { crc32 } from 'node:zlib';
import { randomAlphanumeric } from '@turnpike/kernel';
import type { KeyKind } from './principal';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const BODY = new RegExp(`^[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

export const KEY_PREFIXES = { developer: 'tpk_', admin: 'tpa_', finance: 'tpf_' } as const satisfies Record<
  KeyKind,
  string
>;

export const KEY_KINDS = Object.keys(KEY_PREFIXES) as readonly KeyKind[];

/** What a key says by itself, before any store is asked. */
export interface ParsedKey {
  readonly kind: KeyKind;
  /** The last four characters, the only part that may be shown again. */
  readonly last4: string;
}

/** The kind that a text claims by its prefix; undefined when it is not one of ours. */
export function keyKindOf(text: string): KeyKind | undefined {
  for (const kind of KEY_KINDS) if (text.startsWith(KEY_PREFIXES[kind])) return kind;
  return undefined;
}

/** CRC32 (IEEE) of the ASCII bytes as six base62 digits, most significant first. */
export function keyChecksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = DIGITS.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** A fresh key: 190 random bits. Shown once; only its digest is kept. */
export function mintKey(kind: KeyKind): string {
  const unsigned = KEY_PREFIXES[kind] + randomAlphanumeric(RANDOM_LENGTH);
  return unsigned + keyChecksum(unsigned);
}

/** Prefix, shape and checksum; undefined when one of them is wrong. */
export function parseKey(text: string): ParsedKey | undefined {
  const kind = keyKindOf(text);
  if (!kind || !BODY.test(text.slice(KEY_PREFIXES[kind].length))) return undefined;
  const split = text.length - CHECKSUM_LENGTH;
  return keyChecksum(text.slice(0, split)) === text.slice(split)
    ? { kind, last4: text.slice(-4) }
    : undefined;
}
