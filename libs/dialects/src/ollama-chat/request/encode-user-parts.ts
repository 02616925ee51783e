import type { JsonObject } from '@turnpike/kernel';
import type { MediaPart, Part } from '@turnpike/protocol';
import { isMedia, partWords, unsupported, type UpstreamEncoding } from '../../upstream-only';

const isImage = ({ kind, source }: MediaPart): boolean =>
  kind === 'image' || (kind === 'file' && source.kind === 'base64' && source.mimeType.startsWith('image/'));

/** Images as bytes: the server fetches nothing. */
export const carriesMedia = (part: MediaPart, { capabilities }: UpstreamEncoding): boolean =>
  isImage(part) && capabilities.images !== false && part.source.kind === 'base64';

function imageData(part: MediaPart, encoding: UpstreamEncoding): string {
  const { model } = encoding.target;
  if (!isImage(part))
    return unsupported(
      part.kind === 'file'
        ? `The model ${model} takes no documents; send their text instead.`
        : `The model ${model} takes no ${part.kind}.`,
    );
  if (encoding.capabilities.images === false)
    return unsupported(`The model ${model} takes no images; remove them or choose a model with vision.`);
  if (part.source.kind === 'base64') return part.source.data;
  if (part.source.kind === 'url')
    return unsupported('An image given by URL cannot be fetched for this model; send its content as base64.');
  return unsupported(`A file reference belongs to ${part.source.vendor}; send the file's content instead.`);
}

/** One user message: its words in one text, its images beside it in their order. */
export function encodeUserParts(parts: readonly Part[], encoding: UpstreamEncoding): JsonObject {
  const images = parts.filter(isMedia).map((part) => imageData(part, encoding));
  const words = parts.filter((part) => !isMedia(part)).map((part) => partWords(part, encoding));
  const content = words.filter((text) => text !== undefined && text !== '').join('\n\n');
  return { role: 'user', content, ...(images.length === 0 ? {} : { images }) };
}
