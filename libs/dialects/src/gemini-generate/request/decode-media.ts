import type { JsonObject } from '@turnpike/kernel';
import {
  base64Source,
  compact,
  otherMembers,
  readString,
  requireString,
  urlSource,
  type MediaPart,
  type MediaSource,
} from '@turnpike/protocol';
import { wordsOfDocument } from '../../foreign/text-types';
import { VENDOR } from '../gemini-id';

const BLOB = new Set(['mimeType', 'data', 'displayName']);
const FILE = new Set(['mimeType', 'fileUri', 'displayName']);
const OWN_FILE = /^(?:gs:\/\/|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/i;
/** Pages of this host are films to the vendor, and pages to everyone else. */
const FILM = /^https?:\/\/(?:www\.youtube\.com|youtube\.com|youtu\.be)\//i;

function kindOf(mimeType: string | undefined, uri: string | undefined): MediaPart['kind'] {
  const family = mimeType?.split('/')[0];
  if (family === 'image' || family === 'audio' || family === 'video') return family;
  return uri !== undefined && FILM.test(uri) ? 'video' : 'file';
}

const wordsOf = (source: MediaSource): string | undefined =>
  source.kind === 'base64' ? wordsOfDocument(source.mimeType, source.data) : undefined;

/** `inlineData`. `beside`: members of the part that belong to the media (`videoMetadata`, `mediaResolution`). */
export function decodeBlob(blob: JsonObject, beside: JsonObject | undefined, param: string): MediaPart {
  const stated = readString(blob.mimeType, `${param}.mimeType`);
  const source = base64Source(requireString(blob.data, `${param}.data`), stated, `${param}.data`);
  const mimeType = source.kind === 'base64' ? source.mimeType : stated;
  const inside = otherMembers(blob, BLOB);
  return compact<MediaPart>({
    kind: kindOf(mimeType, undefined),
    source,
    text: wordsOf(source),
    name: readString(blob.displayName, `${param}.displayName`),
    native: inside || beside ? { ...beside, ...(inside ? { inlineData: inside } : {}) } : undefined,
  });
}

const typedSource = (source: MediaSource, mimeType: string | undefined): MediaSource =>
  source.kind === 'url' ? compact<MediaSource>({ ...source, mimeType }) : source;

/** `fileData`: a file of the vendor's store belongs to one account; other URLs are everybody's. */
export function decodeFile(file: JsonObject, beside: JsonObject | undefined, param: string): MediaPart {
  const uri = requireString(file.fileUri, `${param}.fileUri`);
  const mimeType = readString(file.mimeType, `${param}.mimeType`);
  const inside = otherMembers(file, FILE);
  const source: MediaSource = OWN_FILE.test(uri)
    ? compact<MediaSource>({ kind: 'file', fileId: uri, vendor: VENDOR, mimeType })
    : typedSource(urlSource(uri, `${param}.fileUri`), mimeType);
  return compact<MediaPart>({
    kind: kindOf(mimeType, uri),
    source,
    name: readString(file.displayName, `${param}.displayName`),
    native: inside || beside ? { ...beside, ...(inside ? { fileData: inside } : {}) } : undefined,
  });
}
