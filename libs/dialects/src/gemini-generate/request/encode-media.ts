import { isObject, type JsonObject } from '@turnpike/kernel';
import { compact, documentText, type MediaPart } from '@turnpike/protocol';
import { nativeMembers, unsupported, type GeminiEncoding } from './gemini-encoding';

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  webm: 'video/webm',
  txt: 'text/plain',
};
const LIKELY: Readonly<Record<MediaPart['kind'], string>> = {
  image: 'image/jpeg',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  file: 'application/pdf',
};

/** A type is wanted beside a URL: the path's ending tells it, else the kind of the part. */
function typeOf(part: MediaPart, url: string): string {
  const ending = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase();
  return (ending === undefined ? undefined : TYPES[ending]) ?? LIKELY[part.kind];
}

function checkModality({ kind }: MediaPart, { capabilities, target }: GeminiEncoding): void {
  if (kind === 'image' && capabilities.images === false)
    unsupported(`The model ${target.model} takes no images; remove them or choose a model with vision.`);
  if (kind === 'file' && capabilities.documents === false)
    unsupported(`The model ${target.model} takes no documents; send their text instead.`);
  if ((kind === 'audio' || kind === 'video') && capabilities[kind] === false)
    unsupported(`The model ${target.model} takes no ${kind}; remove it or choose another model.`);
}

function fileMember(part: MediaPart, encoding: GeminiEncoding): JsonObject {
  const { source, name } = part;
  const { target, sameDialect, capabilities } = encoding;
  if (source.kind === 'file') {
    if (!sameDialect && source.vendor !== target.vendor)
      unsupported(`A file reference belongs to ${source.vendor}; send the file's content instead.`);
    return compact({ fileUri: source.fileId, mimeType: source.mimeType, displayName: name });
  }
  if (source.kind !== 'url') return {};
  if (!sameDialect && capabilities.fetchesUrls === false)
    unsupported(`The model ${target.model} fetches no URLs; send the content as base64.`);
  const mimeType = source.mimeType ?? (sameDialect ? undefined : typeOf(part, source.url));
  return compact({ fileUri: source.url, mimeType, displayName: sameDialect ? name : undefined });
}

const inside = (native: JsonObject | undefined, member: string): JsonObject => {
  const more = native?.[member];
  return isObject(more) ? more : {};
};

/** Media as a part. @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: GeminiEncoding): JsonObject {
  const { source, text, name } = part;
  if (text !== undefined && !encoding.sameDialect) return { text: documentText(name, text) };
  checkModality(part, encoding);
  const native = nativeMembers(part.native, encoding);
  const { inlineData: _blob, fileData: _file, ...beside } = native ?? {};
  if (source.kind !== 'base64')
    return { fileData: { ...fileMember(part, encoding), ...inside(native, 'fileData') }, ...beside };
  const displayName = encoding.sameDialect ? name : undefined;
  const blob = compact<JsonObject>({ mimeType: source.mimeType, data: source.data, displayName });
  return { inlineData: { ...blob, ...inside(native, 'inlineData') }, ...beside };
}
