import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  base64Source,
  compact,
  otherMembers,
  readCacheMark,
  readString,
  refuse,
  requireObject,
  requireString,
  urlSource,
  type MediaPart,
  type MediaSource,
} from '@turnpike/protocol';
import { wordsOfDocument } from '../../foreign/text-types';

const VENDOR = 'anthropic';
const IMAGE = new Set(['type', 'source', 'cache_control']);
const DOCUMENT = new Set(['type', 'source', 'cache_control', 'title']);

function decodeSource(source: JsonObject, param: string): MediaSource {
  const type = requireString(source.type, `${param}.type`);
  switch (type) {
    case 'base64':
      return base64Source(
        requireString(source.data, `${param}.data`),
        readString(source.media_type, `${param}.media_type`),
        `${param}.data`,
      );
    case 'url':
      return urlSource(requireString(source.url, `${param}.url`), `${param}.url`);
    case 'file':
      return { kind: 'file', fileId: requireString(source.file_id, `${param}.file_id`), vendor: VENDOR };
    default:
      return refuse(`${param}.type`, 'must be "base64", "url", "file", or "text" or "content" in a document');
  }
}

export const decodeImage = (block: JsonObject, param: string): MediaPart =>
  compact<MediaPart>({
    kind: 'image',
    source: decodeSource(requireObject(block.source, `${param}.source`), `${param}.source`),
    cache: readCacheMark(block.cache_control),
    native: otherMembers(block, IMAGE),
  });

const asText = (text: string): Pick<MediaPart, 'source' | 'text'> => ({
  source: { kind: 'base64', data: Buffer.from(text).toString('base64'), mimeType: 'text/plain' },
  text,
});

/** Words of a document that is made of content blocks; undefined when it holds more than text. */
function contentText(content: Json | undefined): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((block) =>
    isObject(block) && typeof block.text === 'string' ? block.text : undefined,
  );
  return texts.includes(undefined) ? undefined : texts.join('\n');
}

function documentSource(source: JsonObject, param: string): Pick<MediaPart, 'source' | 'text'> {
  if (source.type === 'text') return asText(requireString(source.data, `${param}.data`));
  if (source.type === 'content') {
    const text = contentText(source.content);
    return text === undefined ? refuse(`${param}.content`, 'must be text or text blocks') : asText(text);
  }
  const decoded = decodeSource(source, param);
  const text = decoded.kind === 'base64' ? wordsOfDocument(decoded.mimeType, decoded.data) : undefined;
  return text === undefined ? { source: decoded } : { source: decoded, text };
}

export const decodeDocument = (block: JsonObject, param: string): MediaPart =>
  compact<MediaPart>({
    kind: 'file',
    ...documentSource(requireObject(block.source, `${param}.source`), `${param}.source`),
    name: readString(block.title, `${param}.title`),
    cache: readCacheMark(block.cache_control),
    native: otherMembers(block, DOCUMENT),
  });
