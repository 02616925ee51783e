import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import { dataUrl, documentText, type MediaPart, type Part, partText } from '@turnpike/protocol';
import {
  audioPart,
  cacheMark,
  checkDocuments,
  checkImages,
  checkReference,
  fileName,
  ownMembers,
  partMembers,
} from '../../openai-content/media-parts';
import type { ChatEncoding } from './chat-encoding';

function unsupported(message: string): never {
  throw new GatewayError('unsupported_content', message);
}

export const textPart = (text: string): JsonObject => ({ type: 'text', text });

function encodeImage(part: MediaPart, encoding: ChatEncoding): JsonObject {
  checkImages(encoding);
  const { source } = part;
  if (source.kind === 'file') {
    checkReference(source, encoding);
    return { type: 'file', file: { file_id: source.fileId } };
  }
  const url = source.kind === 'url' ? source.url : dataUrl(source);
  const image_url = part.detail === undefined ? { url } : { url, detail: part.detail };
  return { type: 'image_url', image_url, ...cacheMark(part, encoding) };
}

function encodeFile(part: MediaPart, encoding: ChatEncoding): JsonObject {
  const { source } = part;
  if (part.text !== undefined && !encoding.sameDialect) return textPart(documentText(part.name, part.text));
  if (source.kind === 'base64' && source.mimeType.startsWith('image/')) return encodeImage(part, encoding);
  checkDocuments(encoding);
  if (source.kind === 'file') {
    checkReference(source, encoding);
    return { type: 'file', file: { file_id: source.fileId } };
  }
  if (source.kind === 'url')
    return unsupported(
      'A document given by URL cannot be fetched for this model; send its content as base64.',
    );
  const file = { filename: fileName(part, source.mimeType), file_data: dataUrl(source) };
  return { type: 'file', file, ...cacheMark(part, encoding) };
}

/** Media as a part of a user message. @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: ChatEncoding): JsonObject {
  const own = ownMembers(part, encoding);
  switch (part.kind) {
    case 'image':
      return { ...encodeImage(part, encoding), ...own };
    case 'audio':
      return { ...audioPart(part, encoding), ...own };
    case 'file':
      return { ...encodeFile(part, encoding), ...own };
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
        ...partMembers(part.native, encoding),
        ...cacheMark(part, encoding),
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
