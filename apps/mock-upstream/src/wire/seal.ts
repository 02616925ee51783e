import { createHash } from 'node:crypto';

const PREFIX = 'mock-sig';

/** Signs reasoning the way a vendor does: opaque base64 that only its mint takes back. */
export interface Seal {
  sign(text: string): string;
  /** True when `signature` is of this mint and, if the text came back too, belongs to that text. */
  fits(text: string, signature: string): boolean;
}

/** The seal of one mint: a vendor, or one account at it where signatures do not travel between accounts. */
export function createSeal(mint: string): Seal {
  const head = `${PREFIX}|${mint}|`;
  const payload = (text: string): string =>
    head + createHash('sha256').update(`${head}${text}`).digest('base64url').slice(0, 32);
  return {
    sign: (text) => Buffer.from(payload(text)).toString('base64'),
    fits: (text, signature) => {
      const opened = Buffer.from(signature, 'base64').toString('latin1');
      return opened.startsWith(head) && (text === '' || opened === payload(text));
    },
  };
}
