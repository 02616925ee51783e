/** Keys of ours (any kind, whole), and the password part of a URL. Runs are bounded: lines can be long and hostile. */
const VIRTUAL_KEY = /\btp([kaf])_[0-9A-Za-z]{38}/g;
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,15}:\/\/[^\s:/@"]{0,512}):[^\s/@"]{1,1024}@/gi;

/** Masks what must not stand in a log, whoever put it there. */
export const scrubLine = (line: string): string =>
  line.replace(VIRTUAL_KEY, 'tp$1_[redacted]').replace(URL_PASSWORD, '$1:[redacted]@');
