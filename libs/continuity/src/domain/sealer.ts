import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Where a value belongs. No part of it can be read from the store. */
export interface Place {
  readonly kind: 'reasoning' | 'response';
  /** Who alone may read it: the owner of the key that a call was made with. */
  readonly owner: string;
  readonly id: string;
}

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 4;
/** Version, flags, key id. */
const HEAD_BYTES = 2 + KEY_ID_BYTES;
const OVERHEAD_BYTES = HEAD_BYTES + NONCE_BYTES + TAG_BYTES;

interface DerivedKey {
  readonly id: Buffer;
  readonly seal: Buffer;
  readonly name: Buffer;
}

function derive(secret: Buffer): DerivedKey {
  const part = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `turnpike continuity ${purpose}`, length));
  return { id: part('key id', KEY_ID_BYTES), seal: part('seal', 32), name: part('name', 32) };
}

/** Unambiguous: no two places have the same bytes. */
const placeBytes = ({ kind, owner, id }: Place): Buffer => Buffer.from(JSON.stringify([kind, owner, id]));

/** Each place has a key of its own, so that no number of values wears out the nonces of one. */
const keyOf = (key: DerivedKey, place: Buffer): Buffer =>
  createHmac('sha256', key.seal).update(place).digest();

/**
 * Encrypts values for their places. The first secret encrypts, all decrypt; a value that was changed, or that stands in
 * another place than it was sealed for, is no value.
 */
export class Sealer {
  private readonly keys: readonly [DerivedKey, ...DerivedKey[]];

  /** @throws RangeError without a secret, or for one that has not 32 bytes. */
  constructor(secrets: readonly Buffer[]) {
    const [first, ...others] = secrets.map((secret) => {
      if (secret.length !== 32) throw new RangeError('a secret key must have 32 bytes');
      return derive(secret);
    });
    if (!first) throw new RangeError('at least one secret key is needed');
    this.keys = [first, ...others];
  }

  /** Names of a place in the store, one per secret; values are written under the first. */
  names(place: Place): readonly string[] {
    const bytes = placeBytes(place);
    return this.keys.map(({ name }) => createHmac('sha256', name).update(bytes).digest('base64url'));
  }

  /** `flags`: one byte for the caller, protected as well. */
  seal(place: Place, value: Buffer, flags: number): Buffer {
    const [key] = this.keys;
    const bytes = placeBytes(place);
    const head = Buffer.concat([Buffer.from([VERSION, flags]), key.id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, keyOf(key, bytes), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.concat([head, bytes]));
    const sealed = [head, nonce, cipher.update(value), cipher.final()];
    return Buffer.concat([...sealed, cipher.getAuthTag()]);
  }

  /** undefined: not sealed for this place under a secret that is known here. */
  open(place: Place, sealed: Buffer): { readonly value: Buffer; readonly flags: number } | undefined {
    if (sealed.length < OVERHEAD_BYTES || sealed[0] !== VERSION) return undefined;
    const head = sealed.subarray(0, HEAD_BYTES);
    const key = this.keys.find(({ id }) => id.equals(head.subarray(2)));
    if (!key) return undefined;
    const bytes = placeBytes(place);
    const bodyAt = HEAD_BYTES + NONCE_BYTES;
    const nonce = sealed.subarray(HEAD_BYTES, bodyAt);
    const decipher = createDecipheriv(CIPHER, keyOf(key, bytes), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([head, bytes]));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      const value = Buffer.concat([decipher.update(sealed.subarray(bodyAt, -TAG_BYTES)), decipher.final()]);
      return { value, flags: head[1] ?? 0 };
    } catch {
      return undefined;
    }
  }
}
