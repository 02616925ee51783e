import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM for answers that are kept: one of them may hold a key in clear, which must never reach the database. */
export class AnswerSeal {
  readonly #key: KeyObject;

  constructor(pepper: string) {
    this.#key = createSecretKey(
      new Uint8Array(hkdfSync('sha256', pepper, '', 'turnpike idempotent answers', 32)),
    );
  }

  /** `place`: bound to the sealed text; it opens nowhere else. */
  seal(text: string, place: string): Uint8Array<ArrayBuffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(place));
    return new Uint8Array(
      Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]),
    );
  }

  /** @throws Error when the bytes were changed, moved, or sealed under another pepper. */
  open(sealed: Uint8Array, place: string): string {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  }
}
