import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  dataUrl,
  documentText,
  partText,
  type MediaPart,
  type OpaquePart,
  type Part,
} from '@turnpike/protocol';
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
import { unsupported, type ResponsesEncoding } from './responses-encoding';

export const inputText = (text: string): JsonObject => ({ type: 'input_text', text });

function encodeImage(part: MediaPart, encoding: ResponsesEncoding): JsonObject {
  const { source, detail } = part;
  checkImages(encoding);
  const more = { ...(detail === undefined ? {} : { detail }), ...cacheMark(part, encoding) };
  if (source.kind === 'file') {
    checkReference(source, encoding);
    return { type: 'input_image', file_id: source.fileId, ...more };
  }
  const image_url = source.kind === 'url' ? source.url : dataUrl(source);
  return { type: 'input_image', image_url, ...more };
}

function encodeFile(part: MediaPart, encoding: ResponsesEncoding): JsonObject {
  const { source } = part;
  if (part.text !== undefined && !encoding.sameDialect) return inputText(documentText(part.name, part.text));
  if (source.kind === 'base64' && source.mimeType.startsWith('image/')) return encodeImage(part, encoding);
  checkDocuments(encoding);
  const more = cacheMark(part, encoding);
  if (source.kind === 'url') return { type: 'input_file', file_url: source.url, ...more };
  if (source.kind === 'file') {
    checkReference(source, encoding);
    return { type: 'input_file', file_id: source.fileId, ...more };
  }
  const filename = fileName(part, source.mimeType);
  return { type: 'input_file', filename, file_data: dataUrl(source), ...more };
}

/** Media as a part of a message or a result. @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: ResponsesEncoding): JsonObject {
  const own = ownMembers(part, encoding);
  switch (part.kind) {
    case 'image':
      return { ...encodeImage(part, encoding), ...own };
    case 'file':
      return { ...encodeFile(part, encoding), ...own };
    case 'audio':
      // The vendor's API has no such part; other servers of its dialect do.
      if (encoding.sameDialect) return { ...audioPart(part, encoding), ...own };
      return unsupported(`The model ${encoding.target.model} takes no audio.`);
    case 'video':
      return unsupported(`The model ${encoding.target.model} takes no video.`);
  }
}

/** Words of a vendor's own block of another dialect; undefined: it is left out. @throws GatewayError where it may not be. */
export function opaqueText(part: OpaquePart, encoding: ResponsesEncoding): string | undefined {
  if (part.text !== undefined) return part.text;
  const { raw } = part;
  const name = isObject(raw) && typeof raw.type === 'string' ? raw.type.slice(0, 64) : 'unknown';
  if (part.essential)
    return unsupported(`Content of type "${name}" is not supported by the model ${encoding.target.model}.`);
  encoding.losses.dropped(name);
  return undefined;
}

/** One part of a user message or a result; undefined: nothing is left of it. */
export function encodeUserPart(part: Part, encoding: ResponsesEncoding): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return {
        ...inputText(part.text),
        ...partMembers(part.native, encoding),
        ...cacheMark(part, encoding),
      };
    case 'image':
    case 'audio':
    case 'video':
    case 'file':
      return encodeMedia(part, encoding);
    case 'opaque': {
      if (encoding.sameDialect && isObject(part.raw)) return part.raw;
      const text = opaqueText(part, encoding);
      return text === undefined ? undefined : inputText(text);
    }
    default: {
      const text = partText(part);
      return text === undefined ? undefined : inputText(text);
    }
  }
}
