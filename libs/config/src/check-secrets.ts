import { crc32 } from 'node:zlib';
import type { Settings } from './settings';

const PEPPER = 'TURNPIKE_KEY_PEPPER';
const ADMIN_KEY = 'TURNPIKE_ADMIN_KEY';
const SECRET_KEYS = 'TURNPIKE_SECRET_KEYS';

const PEPPER_LENGTH = 32;
const PLACEHOLDER = /change.?me|placeholder|default|example|insert|your.?(secret|key|pepper)|x{8}|0{8}/i;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const FRESH_PEPPER = 'make one with: openssl rand -base64 48';
const FRESH_ADMIN_KEY = 'make one with: turnpike keys generate admin';
const FRESH_SECRET_KEY = 'make one with: openssl rand -base64 32';

export interface Secrets {
  readonly keyPepper: string | undefined;
  readonly adminKey: string | undefined;
  /** The first encrypts, all decrypt. */
  readonly secretKeys: readonly string[];
}

const looksMadeUp = (text: string): boolean => new Set(text).size < 8 || PLACEHOLDER.test(text);

/** The checksum that every key of ours ends in, so that a truncated or retyped one is noticed at the start. */
function isAdminKey(key: string): boolean {
  if (!/^tpa_[0-9A-Za-z]{38}$/.test(key)) return false;
  const digits = [...key.slice(-6)].reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0);
  return crc32(key.slice(0, -6)) === digits;
}

/** Standalone makes what is missing; elsewhere it must be there. What is there must be good everywhere. */
export function readSecrets(settings: Settings, required: boolean): Secrets {
  const keyPepper = settings.text(PEPPER);
  const adminKey = settings.text(ADMIN_KEY);
  const secretKeys =
    settings
      .text(SECRET_KEYS)
      ?.split(',')
      .map((key) => key.trim()) ?? [];
  if (keyPepper === undefined) {
    if (required) settings.complain(PEPPER, 'is not set', FRESH_PEPPER);
  } else if (keyPepper.length < PEPPER_LENGTH) {
    settings.complain(PEPPER, `must have at least ${PEPPER_LENGTH} characters`, FRESH_PEPPER);
  } else if (looksMadeUp(keyPepper)) settings.complain(PEPPER, 'looks like a placeholder', FRESH_PEPPER);
  if (adminKey === undefined) {
    if (required) settings.complain(ADMIN_KEY, 'is not set', FRESH_ADMIN_KEY);
  } else if (!isAdminKey(adminKey)) settings.complain(ADMIN_KEY, 'is no whole admin key', FRESH_ADMIN_KEY);
  if (secretKeys.length === 0 && required) settings.complain(SECRET_KEYS, 'is not set', FRESH_SECRET_KEY);
  const wrongKey = secretKeys.some((key) => Buffer.from(key, 'base64').length !== 32 || looksMadeUp(key));
  if (wrongKey)
    settings.complain(SECRET_KEYS, 'must be a comma list of base64 keys of 32 bytes', FRESH_SECRET_KEY);
  checkReuse(settings, [
    ...secretKeys.map((key): [string, string] => [SECRET_KEYS, key]),
    ...(keyPepper === undefined ? [] : [[PEPPER, keyPepper] as [string, string]]),
    ...(adminKey === undefined ? [] : [[ADMIN_KEY, adminKey] as [string, string]]),
  ]);
  return { keyPepper, adminKey, secretKeys };
}

function checkReuse(settings: Settings, secrets: readonly (readonly [string, string])[]): void {
  const owners = new Map<string, string>();
  for (const [name, value] of secrets) {
    const owner = owners.get(value);
    if (owner === undefined) owners.set(value, name);
    else if (owner === name) settings.complain(name, 'holds the same key twice');
    else settings.complain(name, `has the same value as ${owner}`, 'each secret needs a value of its own');
  }
}
