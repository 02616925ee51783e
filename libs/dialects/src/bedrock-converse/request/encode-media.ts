import type { JsonObject } from '@turnpike/kernel';
import { documentText, type MediaPart, type MediaSource } from '@turnpike/protocol';
import { unsupported } from '../../upstream-only';
import type { ConverseEncoding } from './converse-encoding';

const IMAGE_FORMATS: ReadonlyMap<string, string> = new Map(
  ['png', 'jpeg', 'gif', 'webp'].map((format) => [`image/${format}`, format]),
);
const OFFICE = 'application/vnd.openxmlformats-officedocument';
const DOCUMENT_FORMATS: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'pdf'],
  ['text/csv', 'csv'],
  ['application/msword', 'doc'],
  [`${OFFICE}.wordprocessingml.document`, 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  [`${OFFICE}.spreadsheetml.sheet`, 'xlsx'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
]);
const VIDEO_FORMATS: ReadonlyMap<string, string> = new Map([
  ['video/x-matroska', 'mkv'],
  ['video/quicktime', 'mov'],
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
  ['video/x-flv', 'flv'],
  ['video/mpeg', 'mpeg'],
  ['video/x-ms-wmv', 'wmv'],
  ['video/3gpp', 'three_gp'],
]);

const NAME_LENGTH = 200;

/** Letters, digits, single spaces, hyphens, parentheses and brackets are all that a name may hold; no two are alike. */
function documentName(title: string | undefined, { documentNames }: ConverseEncoding): string {
  const legal = (title ?? '').replace(/[^a-zA-Z0-9()[\]-]+/g, (run) => (/^\s+$/.test(run) ? ' ' : '-'));
  const words = legal.replace(/-{2,}/g, '-').replace(/^[ -]+|[ -]+$/g, '');
  const name = words.slice(0, NAME_LENGTH - 8).trim() || 'document';
  let n = (documentNames.get(name) ?? 0) + 1;
  let unique = n === 1 ? name : `${name} (${n})`;
  // A title may read like one that was numbered here.
  while (n > 1 && documentNames.has(unique)) unique = `${name} (${++n})`;
  documentNames.set(name, n);
  if (n > 1) documentNames.set(unique, 1);
  return unique;
}

/** Bytes, or a place in the vendor's own store; nothing is fetched. */
function encodeSource(source: MediaSource, what: string, { target }: ConverseEncoding): JsonObject {
  if (source.kind === 'base64') return { bytes: source.data };
  if (source.kind === 'url')
    return unsupported(`${what} given by URL cannot be fetched for this model; send its content as base64.`);
  if (source.vendor !== target.vendor)
    unsupported(`A file reference belongs to ${source.vendor}; send the file's content instead.`);
  return { s3Location: { uri: source.fileId } };
}

function formatOf(
  { mimeType }: MediaSource,
  formats: ReadonlyMap<string, string>,
  refusal: (type: string) => string,
): string {
  const type = (mimeType ?? 'unknown').slice(0, 64);
  return formats.get(type) ?? unsupported(refusal(type));
}

function encodeImage({ source }: MediaPart, encoding: ConverseEncoding): JsonObject {
  const { model } = encoding.target;
  if (encoding.capabilities.images === false)
    unsupported(`The model ${model} takes no images; remove them or choose a model with vision.`);
  const bytes = encodeSource(source, 'An image', encoding);
  const format = formatOf(
    source,
    IMAGE_FORMATS,
    (type) => `Images of type ${type} are not supported; use JPEG, PNG, GIF or WebP.`,
  );
  return { image: { format, source: bytes } };
}

function encodeDocument(part: MediaPart, encoding: ConverseEncoding): JsonObject {
  const { source, text, name } = part;
  if (source.kind === 'base64' && source.mimeType.startsWith('image/')) return encodeImage(part, encoding);
  if (encoding.capabilities.documents === false) {
    if (text !== undefined) return { text: documentText(name, text) };
    unsupported(`The model ${encoding.target.model} takes no documents; send their text instead.`);
  }
  if (text !== undefined) {
    const bytes = Buffer.from(text).toString('base64');
    return { document: { format: 'txt', name: documentName(name, encoding), source: { bytes } } };
  }
  const bytes = encodeSource(source, 'A document', encoding);
  const format = formatOf(
    source,
    DOCUMENT_FORMATS,
    (type) => `Documents of type ${type} are not supported; use PDF or plain text.`,
  );
  return { document: { format, name: documentName(name, encoding), source: bytes } };
}

function encodeVideo({ source }: MediaPart, encoding: ConverseEncoding): JsonObject {
  if (encoding.capabilities.video === false)
    unsupported(`The model ${encoding.target.model} takes no video.`);
  const bytes = encodeSource(source, 'A video', encoding);
  const format = formatOf(source, VIDEO_FORMATS, (type) => `Videos of type ${type} are not supported.`);
  return { video: { format, source: bytes } };
}

/** @throws GatewayError unsupported_content where the model cannot take it. */
export function encodeMedia(part: MediaPart, encoding: ConverseEncoding): JsonObject {
  switch (part.kind) {
    case 'image':
      return encodeImage(part, encoding);
    case 'file':
      return encodeDocument(part, encoding);
    case 'video':
      return encodeVideo(part, encoding);
    case 'audio':
      return unsupported(`The model ${encoding.target.model} takes no audio.`);
  }
}
