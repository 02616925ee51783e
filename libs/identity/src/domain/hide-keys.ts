/** A whole key of ours, wherever it stands. */
const KEY = /tp([kaf])_[0-9A-Za-z]{38}/;
const KEYS = new RegExp(KEY, 'g');

/** True for text with a key of ours in it: it must not reach a provider's headers, the ledger or an id. */
export const holdsKey = (text: string): boolean => text.includes('tp') && KEY.test(text);

/** The text with keys of ours masked: people paste them into names, paths and tags. */
export const hideKeys = (text: string): string =>
  holdsKey(text) ? text.replace(KEYS, 'tp$1_[redacted]') : text;
