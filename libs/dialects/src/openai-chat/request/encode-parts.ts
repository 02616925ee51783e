import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import {
  dataUrl,
  documentText,
  type MediaPart,
  type Part,
  partText,
  writeCacheMark,
} from '@turnpike/protocol';
import type { ChatEncoding } from './chat-encoding';

function unsupported(message: string): never {
  throw new GatewayError('unsupported_content', message);
}

const mark = (part: Part, encoding: ChatEncoding): JsonObject =>
  encoding.capabilities.cacheMarks === true && 'cache' in part && part.cache
    ? { cache_control: writeCacheMark(part.cache) }
    : {};

export const textPart = (text: string): JsonObject => ({ type: 'text', text });

function encodeImage(part: MediaPart, encoding: ChatEncoding): JsonObject {
  if (encoding.capabilities.images === false)
    unsupported(
      `The model ${encoding.target.model} takes no images; remove them or choose a model with vision.`,
    );
  const { source } = part;
  if (source.kind === 'file') return fileReference(source, encoding);
  const url = source.kind === 'url' ? source.url : dataUrl(source);
  const image_url = part.detail === undefined ? { url } : { url, detail: part.detail };
  return { type: 'image_url', image_url, ...mark(part, encoding) };
}

/** File ids belong to one vendor's account; another vendor's is refused, never forwarded. */
function fileReference(
  source: { readonly fileId: string; readonly vendor: string },
  encoding: ChatEncoding,
): JsonObject {
  if (!encoding.sameDialect && source.vendor !== encoding.target.vendor)
    unsupported(`A file reference belongs to ${source.vendor}; send the file's content instead.`);
  return { type: 'file', file: { file_id: source.fileId } };
}

const FILE_NAMES: Readonly<Record<string, string>> = { 'application/pdf': 'document.pdf' };

function encodeFile(part: MediaPart, encoding: ChatEncoding): JsonObject {
  const { source } = part;
  if (part.text !== undefined && !encoding.sameDialect) return textPart(documentText(part.name, part.text));
  if (source.kind === 'base64' && source.mimeType.startsWith('image/')) return encodeImage(part, encoding);
  if (encoding.capabilities.documents === false)
    unsupported(`The model ${encoding.target.model} takes no documents; send their text instead.`);
  if (source.kind === 'file') return fileReference(source, encoding);
  if (source.kind === 'url')
    return unsupported(
      'A document given by URL cannot be fetched for this model; send its content as base64.',
    );
  const filename = part.name ?? FILE_NAMES[source.mimeType] ?? 'document';
  return { type: 'file', file: { filename, file_data: dataUrl(source) }, ...mark(part, encoding) };
}

function encodeAudio(part: MediaPart): JsonObject {
  const { source } = part;
  if (source.kind !== 'base64')
    return unsupported('Audio given by URL is not supported; send its content as base64.');
  const format = source.mimeType === 'audio/mpeg' ? 'mp3' : source.mimeType.replace(/^audio\//, '');
  return { type: 'input_audio', input_audio: { data: source.data, format } };
}

/** Media as a part of a user message. @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: ChatEncoding): JsonObject {
  Object.keys(part.native ?? {}).forEach((name) => encoding.losses.dropped(name));
  switch (part.kind) {
    case 'image':
      return encodeImage(part, encoding);
    case 'audio':
      return encodeAudio(part);
    case 'file':
      return encodeFile(part, encoding);
    case 'video':
      return unsupported(`The model ${encoding.target.model} takes no video.`);
  }
}

/** What a vendor's own block becomes: itself in its own dialect, else its words, else nothing or a refusal. */
export function encodeOpaque(
  part: Part & { kind: 'opaque' },
  encoding: ChatEncoding,
): JsonObject | undefined {
  const { raw } = part;
  if (encoding.sameDialect && isObject(raw)) return raw;
  if (part.text !== undefined) return textPart(part.text);
  const name = isObject(raw) && typeof raw.type === 'string' ? raw.type.slice(0, 64) : 'unknown';
  if (part.essential)
    return unsupported(`Content of type "${name}" is not supported by the model ${encoding.target.model}.`);
  encoding.losses.dropped(name);
  return undefined;
}

/** One part of a user message; undefined: nothing is left of it. */
export function encodeUserPart(part: Part, encoding: ChatEncoding): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return {
        ...textPart(part.text),
        ...(encoding.sameDialect ? part.native : {}),
        ...mark(part, encoding),
      };
    case 'image':
    case 'audio':
    case 'video':
    case 'file':
      return encodeMedia(part, encoding);
    case 'opaque':
      return encodeOpaque(part, encoding);
    default: {
      const text = partText(part);
      return text === undefined ? undefined : textPart(text);
    }
  }
}
