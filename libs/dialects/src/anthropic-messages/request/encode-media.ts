import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { documentText, type MediaPart, type MediaSource } from '@turnpike/protocol';
import type { MessagesEncoding } from './messages-encoding';

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

export function unsupported(message: string): never {
  throw new GatewayError('unsupported_content', message);
}

/** File ids belong to one vendor's account; another vendor's is refused, never forwarded. */
function encodeSource(source: MediaSource, encoding: MessagesEncoding): JsonObject {
  if (source.kind === 'base64') return { type: 'base64', media_type: source.mimeType, data: source.data };
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (!encoding.sameDialect && source.vendor !== encoding.target.vendor)
    unsupported(`A file reference belongs to ${source.vendor}; send the file's content instead.`);
  return { type: 'file', file_id: source.fileId };
}

function encodeImage(part: MediaPart, encoding: MessagesEncoding): JsonObject {
  const { source } = part;
  if (encoding.capabilities.images === false)
    unsupported(
      `The model ${encoding.target.model} takes no images; remove them or choose a model with vision.`,
    );
  if (source.kind === 'base64' && !IMAGE_TYPES.has(source.mimeType))
    unsupported(
      `Images of type ${source.mimeType.slice(0, 64)} are not supported; use JPEG, PNG, GIF or WebP.`,
    );
  return { type: 'image', source: encodeSource(source, encoding) };
}

function encodeDocument(part: MediaPart, encoding: MessagesEncoding): JsonObject {
  const { source, text, name } = part;
  if (source.kind === 'base64' && source.mimeType.startsWith('image/')) return encodeImage(part, encoding);
  if (encoding.capabilities.documents === false) {
    if (text !== undefined) return { type: 'text', text: documentText(name, text) };
    unsupported(`The model ${encoding.target.model} takes no documents; send their text instead.`);
  }
  const title = name === undefined ? {} : { title: name };
  if (text !== undefined)
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...title };
  if (source.kind === 'base64' && source.mimeType !== 'application/pdf')
    unsupported(
      `Documents of type ${source.mimeType.slice(0, 64)} are not supported; use PDF or plain text.`,
    );
  return { type: 'document', source: encodeSource(source, encoding), ...title };
}

/** @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: MessagesEncoding): JsonObject {
  const native = encoding.sameDialect ? part.native : undefined;
  switch (part.kind) {
    case 'image':
      return { ...encodeImage(part, encoding), ...native };
    case 'file':
      return { ...encodeDocument(part, encoding), ...native };
    default:
      return unsupported(`The model ${encoding.target.model} takes no ${part.kind}.`);
  }
}
