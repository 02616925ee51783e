import { createHmac, createSecretKey } from 'node:crypto';

/** HMAC-SHA256 of a whole key under the pepper: the only form in which a key is stored or looked up. */
export type DigestKey = (key: string) => Buffer;

/** Keeps the pepper as a KeyObject: importing it per call would cost more than the digest. */
export function createKeyDigest(pepper: string): DigestKey {
  const secret = createSecretKey(Buffer.from(pepper, 'utf8'));
  return (key) => createHmac('sha256', secret).update(key).digest();
}
