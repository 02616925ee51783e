import type { JsonObject } from '@turnpike/kernel';
import { dataUrl, type MediaPart, type Part } from '@turnpike/protocol';
import { isMedia, partWords, unsupported, type UpstreamEncoding } from '../../upstream-only';

const isImage = ({ kind, source }: MediaPart): boolean =>
  kind === 'image' || (kind === 'file' && source.kind === 'base64' && source.mimeType.startsWith('image/'));

export const carriesMedia = (part: MediaPart, { capabilities }: UpstreamEncoding): boolean =>
  isImage(part) && capabilities.images !== false && part.source.kind !== 'file';

function encodeImage(part: MediaPart, { target, capabilities }: UpstreamEncoding): JsonObject {
  const { source, detail } = part;
  if (!isImage(part))
    return unsupported(
      part.kind === 'file'
        ? `The model ${target.model} takes no documents; send their text instead.`
        : `The model ${target.model} takes no ${part.kind}.`,
    );
  if (capabilities.images === false)
    return unsupported(
      `The model ${target.model} takes no images; remove them or choose a model with vision.`,
    );
  if (source.kind === 'file')
    return unsupported(`A file reference belongs to ${source.vendor}; send the file's content instead.`);
  const url = source.kind === 'url' ? source.url : dataUrl(source);
  const known = detail === 'low' || detail === 'high' || detail === 'auto';
  return { type: 'image_url', image_url: known ? { url, detail } : { url } };
}

function encodePart(part: Part, encoding: UpstreamEncoding): JsonObject | undefined {
  if (isMedia(part)) return encodeImage(part, encoding);
  const text = partWords(part, encoding);
  return text === undefined || text === '' ? undefined : { type: 'text', text };
}

/** Words in one text, or parts where there is something to see; undefined when nothing is left to say. */
export function userContent(
  parts: readonly Part[],
  encoding: UpstreamEncoding,
): string | JsonObject[] | undefined {
  const encoded = parts.map((part) => encodePart(part, encoding)).filter((part) => part !== undefined);
  if (encoded.length === 0) return undefined;
  const texts = encoded.map((part) => part.text).filter((text) => typeof text === 'string');
  return texts.length === encoded.length ? texts.join('\n\n') : encoded;
}
