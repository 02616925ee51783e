import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  base64Source,
  compact,
  describeJson,
  otherMembers,
  readString,
  readWord,
  refuse,
  requireArray,
  requireObject,
  requireString,
  urlSource,
  type MediaPart,
  type MediaSource,
  type Part,
  type TextPart,
} from '@turnpike/protocol';
import { wordsOfDocument } from '../foreign/text-types';
import { readAnnotations } from './annotations';
import { readMark } from './breakpoint';

/** Whose file ids come without a name, and whose the parts are that nobody else knows. */
const VENDOR = 'openai';
const TEXT_MEMBERS = new Set(['type', 'text', 'annotations', 'logprobs', 'cache_control']);
const IMAGE_MEMBERS = new Set(['type', 'image_url', 'file_id', 'detail', 'cache_control']);
const AUDIO_MEMBERS = new Set(['type', 'input_audio']);
const FILE_MEMBERS = new Set([
  ...['type', 'file', 'filename', 'file_data', 'file_url', 'file_id'],
  'cache_control',
]);
const DETAILS = ['auto', 'low', 'high', 'original'] as const;

/**
 * `content` of both of the vendor's dialects, whose clients mix them: null or nothing is no part, a string is one text,
 * a bare part is a list of one.
 */
export function decodeContent(content: Json | undefined, param: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (isObject(content)) return [decodePart(content, param)];
  if (!Array.isArray(content))
    refuse(param, `must be a string or an array of content parts, not ${describeJson(content)}`);
  return content.map((part, i) => decodePart(part, `${param}[${i}]`));
}

/** Content where only words make sense: system and developer messages. */
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
    case 'summary_text':
      return decodeText(part, param);
    case 'thinking':
      return { kind: 'reasoning', text: thoughtsIn(part.thinking) };
    case 'refusal':
      return { kind: 'refusal', text: requireString(part.refusal, `${param}.refusal`) };
    case 'image_url':
    case 'input_image':
      return decodeImage(part, param);
    case 'input_audio':
      return decodeAudio(part, param);
    case 'file':
    case 'input_file':
      return decodeFile(part, param);
    default:
      return { kind: 'opaque', vendor: VENDOR, raw: part, essential: true };
  }
}

/** Thoughts among the content, as some servers of this dialect write them: a text, or a list of texts. */
const thoughtsIn = (thinking: Json | undefined): string =>
  (Array.isArray(thinking) ? thinking : [thinking])
    .map((piece) => (isObject(piece) ? piece.text : piece))
    .filter((text) => typeof text === 'string')
    .join('');

function decodeText(part: JsonObject, param: string): TextPart {
  const citations = readAnnotations(part.annotations);
  return compact<TextPart>({
    kind: 'text',
    text: requireString(part.text, `${param}.text`),
    citations: citations.length > 0 ? citations : undefined,
    cache: readMark(part),
    native: otherMembers(part, TEXT_MEMBERS),
  });
}

const fileSource = (fileId: string): MediaSource => ({ kind: 'file', fileId, vendor: VENDOR });

/** The URL stands bare or in an object, with the detail beside it. */
function decodeImage(part: JsonObject, param: string): MediaPart {
  const nested = isObject(part.image_url) ? part.image_url : undefined;
  const at = nested ? `${param}.image_url.url` : `${param}.image_url`;
  const url = readString(nested ? nested.url : part.image_url, at);
  const fileId = readString(part.file_id, `${param}.file_id`);
  if (url === undefined && fileId === undefined) refuse(at, 'is required, or a file_id');
  return compact<MediaPart>({
    kind: 'image',
    source: url === undefined ? fileSource(fileId ?? '') : urlSource(url, at),
    detail: readWord(nested?.detail ?? part.detail, `${param}.detail`, DETAILS),
    cache: readMark(part),
    native: otherMembers(part, IMAGE_MEMBERS),
  });
}

function decodeAudio(part: JsonObject, param: string): MediaPart {
  const at = `${param}.input_audio`;
  const audio = requireObject(part.input_audio, at);
  const format = requireString(audio.format, `${at}.format`);
  return compact<MediaPart>({
    kind: 'audio',
    source: base64Source(requireString(audio.data, `${at}.data`), `audio/${format}`, `${at}.data`),
    native: otherMembers(part, AUDIO_MEMBERS),
  });
}

/** The file stands in the part itself or in an object of its own. */
function decodeFile(part: JsonObject, param: string): MediaPart {
  const nested = part.type === 'file';
  const at = nested ? `${param}.file` : param;
  const file = nested ? requireObject(part.file, at) : part;
  const source = sourceOfFile(file, at);
  return compact<MediaPart>({
    kind: 'file',
    source,
    name: readString(file.filename, `${at}.filename`),
    text: plainText(source),
    cache: readMark(part),
    native: otherMembers(part, FILE_MEMBERS),
  });
}

function sourceOfFile(file: JsonObject, param: string): MediaSource {
  const data = readString(file.file_data, `${param}.file_data`);
  if (data !== undefined)
    return /^https?:/i.test(data)
      ? urlSource(data, `${param}.file_data`)
      : base64Source(data, undefined, `${param}.file_data`);
  const url = readString(file.file_url, `${param}.file_url`);
  if (url !== undefined) return urlSource(url, `${param}.file_url`);
  const fileId = readString(file.file_id, `${param}.file_id`);
  return fileId === undefined ? refuse(param, 'needs file_data, file_url or file_id') : fileSource(fileId);
}

const plainText = (source: MediaSource): string | undefined =>
  source.kind === 'base64' ? wordsOfDocument(source.mimeType, source.data) : undefined;

/** Images that a model gave and the client sends back (`message.images`). */
export function decodeImages(value: Json | undefined, param: string): MediaPart[] {
  if (value === undefined || value === null) return [];
  return requireArray(value, param).map((image, i) =>
    decodeImage(requireObject(image, `${param}[${i}]`), `${param}[${i}]`),
  );
}
