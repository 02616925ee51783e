import type { MediaSource } from '../canonical/content';
import { refuse } from './read-member';

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/i;
const HTTP_URL = /^https?:\/\//i;

/** Magic bytes in latin1, at an offset. */
const MAGIC: readonly (readonly [number, string, string])[] = [
  [0, '\x89PNG', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF8', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [0, '%PDF-', 'application/pdf'],
  [0, 'ID3', 'audio/mpeg'],
  [8, 'WAVE', 'audio/wav'],
];

/** Type of the bytes by their first few; undefined when they are of no kind that vendors take. */
export function sniffMimeType(data: string): string | undefined {
  const head = Buffer.from(data.slice(0, 32), 'base64').toString('latin1');
  return MAGIC.find(([at, magic]) => head.startsWith(magic, at))?.[2];
}

const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'application/x-pdf': 'application/pdf',
};

function canonicalMimeType(stated: string | undefined): string | undefined {
  const bare = stated?.split(';')[0]?.trim().toLowerCase();
  return bare ? (ALIASES[bare] ?? bare) : undefined;
}

/** Standard alphabet, no white space, padded. */
function cleanBase64(data: string, param: string): string {
  let clean = /\s/.test(data) ? data.replace(/\s+/g, '') : data;
  if (/[-_]/.test(clean)) clean = clean.replaceAll('-', '+').replaceAll('_', '/');
  let end = clean.length;
  while (clean[end - 1] === '=') end--;
  const bare = clean.slice(0, end);
  if (bare === '' || /[^A-Za-z0-9+/]/.test(bare) || bare.length % 4 === 1)
    refuse(param, 'must be base64 data that is not empty');
  return bare + '='.repeat((4 - (bare.length % 4)) % 4);
}

/**
 * Base64 content, possibly with a `data:` prefix. The bytes decide over the stated type where they are known.
 * @throws GatewayError invalid_request when it is no base64 or of no known type.
 */
export function base64Source(data: string, stated: string | undefined, param: string): MediaSource {
  const prefix = DATA_URL.exec(data.slice(0, 256));
  const clean = cleanBase64(prefix ? data.slice(prefix[0].length) : data, param);
  const mimeType = sniffMimeType(clean) ?? canonicalMimeType(stated) ?? canonicalMimeType(prefix?.[1]);
  if (mimeType === undefined)
    refuse(param, 'needs a media type: none is stated and the bytes are of no known kind');
  return { kind: 'base64', data: clean, mimeType };
}

/** A `data:` or http(s) URL. @throws GatewayError invalid_request for anything else. */
export function urlSource(url: string, param: string): MediaSource {
  const prefix = DATA_URL.exec(url.slice(0, 256));
  if (prefix) {
    if (!/;base64$/i.test(prefix[2] ?? '')) refuse(param, 'must hold base64 data (data:<type>;base64,...)');
    return base64Source(url, undefined, param);
  }
  if (!HTTP_URL.test(url)) refuse(param, 'must be an http(s) URL or a data: URL');
  return { kind: 'url', url };
}

export const dataUrl = (source: { readonly mimeType: string; readonly data: string }): string =>
  `data:${source.mimeType};base64,${source.data}`;
