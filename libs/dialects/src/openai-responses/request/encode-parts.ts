import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  dataUrl,
  documentText,
  partText,
  type MediaPart,
  type OpaquePart,
  type Part,
} from '@turnpike/protocol';
import { unsupported, type ResponsesEncoding } from './responses-encoding';

export const inputText = (text: string): JsonObject => ({ type: 'input_text', text });

/** File ids belong to one vendor's account; another vendor's is refused, never forwarded. */
function checkReference(source: { readonly vendor: string }, encoding: ResponsesEncoding): void {
  if (!encoding.sameDialect && source.vendor !== encoding.target.vendor)
    unsupported(`A file reference belongs to ${source.vendor}; send the file's content instead.`);
}

function encodeImage(part: MediaPart, encoding: ResponsesEncoding): JsonObject {
  const { source, detail } = part;
  if (encoding.capabilities.images === false)
    unsupported(
      `The model ${encoding.target.model} takes no images; remove them or choose a model with vision.`,
    );
  const more = detail === undefined ? {} : { detail };
  if (source.kind === 'file') {
    checkReference(source, encoding);
    return { type: 'input_image', file_id: source.fileId, ...more };
  }
  const image_url = source.kind === 'url' ? source.url : dataUrl(source);
  return { type: 'input_image', image_url, ...more };
}

const FILE_NAMES: Readonly<Record<string, string>> = { 'application/pdf': 'document.pdf' };

function encodeFile(part: MediaPart, encoding: ResponsesEncoding): JsonObject {
  const { source } = part;
  if (part.text !== undefined && !encoding.sameDialect) return inputText(documentText(part.name, part.text));
  if (source.kind === 'base64' && source.mimeType.startsWith('image/')) return encodeImage(part, encoding);
  if (encoding.capabilities.documents === false)
    unsupported(`The model ${encoding.target.model} takes no documents; send their text instead.`);
  if (source.kind === 'url') return { type: 'input_file', file_url: source.url };
  if (source.kind === 'file') {
    checkReference(source, encoding);
    return { type: 'input_file', file_id: source.fileId };
  }
  const filename = part.name ?? FILE_NAMES[source.mimeType] ?? 'document';
  return { type: 'input_file', filename, file_data: dataUrl(source) };
}

/** Media as a part of a message or a result. @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: ResponsesEncoding): JsonObject {
  const native = encoding.sameDialect ? part.native : undefined;
  if (!encoding.sameDialect) Object.keys(part.native ?? {}).forEach((name) => encoding.losses.dropped(name));
  switch (part.kind) {
    case 'image':
      return { ...encodeImage(part, encoding), ...native };
    case 'file':
      return { ...encodeFile(part, encoding), ...native };
    default:
      return unsupported(`The model ${encoding.target.model} takes no ${part.kind}.`);
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
      return { ...inputText(part.text), ...(encoding.sameDialect ? part.native : {}) };
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
