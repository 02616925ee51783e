import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  base64Source,
  compact,
  describeJson,
  otherMembers,
  readString,
  readWord,
  refuse,
  requireObject,
  requireString,
  urlSource,
  type MediaPart,
  type MediaSource,
  type Part,
  type TextPart,
} from '@turnpike/protocol';
import { VENDOR } from '../responses-name';
import { readAnnotations } from '../response/annotations';

const TEXT_MEMBERS = new Set(['type', 'text', 'annotations', 'logprobs']);
const IMAGE_MEMBERS = new Set(['type', 'image_url', 'file_id', 'detail']);
const FILE_MEMBERS = new Set(['type', 'filename', 'file_data', 'file_url', 'file_id']);
const DETAILS = ['auto', 'low', 'high', 'original'] as const;

/** `content` of a message and `output` of a call: a string is one text, a bare part a list of one. */
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
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
      return decodeText(part, param);
    case 'refusal':
      return { kind: 'refusal', text: requireString(part.refusal, `${param}.refusal`) };
    case 'input_image':
    case 'image_url':
      return decodeImage(part, param);
    case 'input_file':
      return decodeFile(part, param);
    default:
      return { kind: 'opaque', vendor: VENDOR, raw: part, essential: true };
  }
}

function decodeText(part: JsonObject, param: string): TextPart {
  const citations = readAnnotations(part.annotations);
  return compact<TextPart>({
    kind: 'text',
    text: requireString(part.text, `${param}.text`),
    citations: citations.length > 0 ? citations : undefined,
    native: otherMembers(part, TEXT_MEMBERS),
  });
}

const fileSource = (fileId: string): MediaSource => ({ kind: 'file', fileId, vendor: VENDOR });

/** The URL is a string here; the object of the Chat API is understood as well. */
function decodeImage(part: JsonObject, param: string): MediaPart {
  const nested = isObject(part.image_url) ? part.image_url : undefined;
  const url = readString(nested ? nested.url : part.image_url, `${param}.image_url`);
  const fileId = readString(part.file_id, `${param}.file_id`);
  if (url === undefined && fileId === undefined) refuse(param, 'needs image_url or file_id');
  return compact<MediaPart>({
    kind: 'image',
    source: url === undefined ? fileSource(fileId ?? '') : urlSource(url, `${param}.image_url`),
    detail: readWord(part.detail ?? nested?.detail, `${param}.detail`, DETAILS),
    native: otherMembers(part, IMAGE_MEMBERS),
  });
}

const plainText = (source: MediaSource): string | undefined =>
  source.kind === 'base64' && source.mimeType.startsWith('text/')
    ? Buffer.from(source.data, 'base64').toString('utf8')
    : undefined;

function decodeFile(part: JsonObject, param: string): MediaPart {
  const source = sourceOfFile(part, param);
  return compact<MediaPart>({
    kind: 'file',
    source,
    name: readString(part.filename, `${param}.filename`),
    text: plainText(source),
    native: otherMembers(part, FILE_MEMBERS),
  });
}

function sourceOfFile(part: JsonObject, param: string): MediaSource {
  const data = readString(part.file_data, `${param}.file_data`);
  if (data !== undefined) return base64Source(data, undefined, `${param}.file_data`);
  const url = readString(part.file_url, `${param}.file_url`);
  if (url !== undefined) return urlSource(url, `${param}.file_url`);
  const fileId = readString(part.file_id, `${param}.file_id`);
  return fileId === undefined ? refuse(param, 'needs file_data, file_url or file_id') : fileSource(fileId);
}
