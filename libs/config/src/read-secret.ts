import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** Text of a file. @throws as node:fs does. */
export type FileReader = (path: string) => string;

export const readTextFile: FileReader = (path) => readFileSync(path, 'utf8');

const PREFIX = 'file:';

export type SecretReading =
  { readonly kind: 'secret'; readonly text: string } | { readonly kind: 'unreadable'; readonly why: string };

/** `file:/path` is replaced by that file's text without its final line break; anything else is the secret itself. */
export function readSecret(text: string, readFile: FileReader): SecretReading {
  if (!text.startsWith(PREFIX)) return { kind: 'secret', text };
  const path = text.slice(PREFIX.length).replace(/^\/\/(?=\/)/, '');
  if (!isAbsolute(path)) return { kind: 'unreadable', why: 'file: needs an absolute path' };
  try {
    const secret = readFile(path).replace(/\r?\n$/, '');
    return secret === ''
      ? { kind: 'unreadable', why: `the file ${path} is empty` }
      : { kind: 'secret', text: secret };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { kind: 'unreadable', why: `the file ${path} cannot be read (${code})` };
  }
}
