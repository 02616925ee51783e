import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  base64Source,
  compact,
  describeJson,
  otherMembers,
  readCacheMark,
  readObject,
  readString,
  readWord,
  refuse,
  requireArray,
  requireObject,
  requireString,
  urlSource,
  type MediaPart,
  type Part,
  type TextPart,
} from '@turnpike/protocol';

const VENDOR = 'openai';
const TEXT_MEMBERS = new Set(['type', 'text', 'cache_control', 'annotations']);
const DETAILS = ['auto', 'low', 'high', 'original'] as const;

/** `content` of a message: null or nothing is no part, a string is one, a bare part is a list of one. */
export function decodeContent(content: Json | undefined, param: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (isObject(content)) return [decodePart(content, param)];
  if (!Array.isArray(content))
    refuse(param, `must be a string or an array of content parts, not ${describeJson(content)}`);
  return content.map((part, i) => decodePart(part, `${param}[${i}]`));
}

/** Content where only words make sense: system messages. */
export function decodeTextContent(content: Json | undefined, param: string): TextPart[] {
  return decodeContent(content, param).map((part, i) =>
    part.kind === 'text'
      ? part
      : refuse(`${param}[${i}]`, 'must be a text part: system messages hold text alone'),
  );
}

function decodePart(value: Json, param: string): Part {
  if (typeof value === 'string') return { kind: 'text', text: value };
  const part = requireObject(value, param);
  const type = requireString(part.type, `${param}.type`);
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return decodeText(part, param);
    case 'refusal':
      return { kind: 'refusal', text: requireString(part.refusal, `${param}.refusal`) };
    case 'image_url':
      return decodeImage(part, param);
    case 'input_audio':
      return decodeAudio(part, param);
    case 'file':
      return decodeFile(part, param);
    default:
      return { kind: 'opaque', vendor: VENDOR, raw: part, essential: true };
  }
}

const decodeText = (part: JsonObject, param: string): TextPart =>
  compact<TextPart>({
    kind: 'text',
    text: requireString(part.text, `${param}.text`),
    cache: readCacheMark(part.cache_control),
    native: otherMembers(part, TEXT_MEMBERS),
  });

/** The URL may stand bare, as some servers write it. */
function decodeImage(part: JsonObject, param: string): MediaPart {
  const at = `${param}.image_url`;
  const image =
    typeof part.image_url === 'string' ? { url: part.image_url } : requireObject(part.image_url, at);
  return compact<MediaPart>({
    kind: 'image',
    source: urlSource(requireString(image.url, `${at}.url`), `${at}.url`),
    detail: readWord(image.detail, `${at}.detail`, DETAILS),
    cache: readCacheMark(part.cache_control),
  });
}

function decodeAudio(part: JsonObject, param: string): MediaPart {
  const at = `${param}.input_audio`;
  const audio = requireObject(part.input_audio, at);
  const format = requireString(audio.format, `${at}.format`);
  return {
    kind: 'audio',
    source: base64Source(requireString(audio.data, `${at}.data`), `audio/${format}`, `${at}.data`),
  };
}

function decodeFile(part: JsonObject, param: string): MediaPart {
  const at = `${param}.file`;
  const file = requireObject(part.file, at);
  const cache = readCacheMark(part.cache_control);
  const name = readString(file.filename, `${at}.filename`);
  const fileId = readString(file.file_id, `${at}.file_id`);
  if (fileId !== undefined)
    return compact({ kind: 'file', source: { kind: 'file', fileId, vendor: VENDOR }, name, cache });
  const data = readString(file.file_data, `${at}.file_data`);
  if (data === undefined) refuse(at, 'needs file_data or file_id');
  const source = /^https?:/i.test(data)
    ? urlSource(data, `${at}.file_data`)
    : base64Source(data, undefined, `${at}.file_data`);
  return compact<MediaPart>({ kind: 'file', source, name, cache, text: plainText(source) });
}

const plainText = (source: MediaPart['source']): string | undefined =>
  source.kind === 'base64' && source.mimeType.startsWith('text/')
    ? Buffer.from(source.data, 'base64').toString('utf8')
    : undefined;

/** Images that a model gave and the client sends back (`message.images`). */
export function decodeImages(value: Json | undefined, param: string): MediaPart[] {
  if (value === undefined || value === null) return [];
  return requireArray(value, param).map((image, i) =>
    decodeImage(readObject(image, `${param}[${i}]`) ?? {}, `${param}[${i}]`),
  );
}
