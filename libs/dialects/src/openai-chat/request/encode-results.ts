import type { JsonObject } from '@turnpike/kernel';
import {
  joinText,
  partText,
  type CacheMark,
  type MediaPart,
  type Part,
  type ResultPart,
} from '@turnpike/protocol';
import { writeMark } from '../../openai-content/media-parts';
import type { ChatEncoding } from './chat-encoding';
import { encodeMedia, encodeOpaque, textPart } from './encode-parts';

const ERROR_PREFIX = 'Error: ';

/** Media of one turn's results: tool messages hold text alone, so it follows in one user message. */
interface Attached {
  readonly parts: JsonObject[];
  count: number;
}

const isMedia = (part: Part): part is MediaPart =>
  part.kind === 'image' ||
  part.kind === 'audio' ||
  part.kind === 'video' ||
  (part.kind === 'file' && part.text === undefined);

/** A model without vision has to live with a tool that shows it a picture: the conversation goes on. */
const omitted = (part: MediaPart, encoding: ChatEncoding): string | undefined => {
  if (part.kind === 'image' && encoding.capabilities.images === false)
    return '[image omitted: model has no vision]';
  if (part.kind === 'file' && encoding.capabilities.documents === false)
    return '[document omitted: model takes none]';
  return undefined;
};

function resultTexts(result: ResultPart, attached: Attached, encoding: ChatEncoding): string[] {
  const texts: string[] = [];
  for (const part of result.parts) {
    if (isMedia(part)) {
      const placeholder = omitted(part, encoding);
      if (placeholder !== undefined) {
        encoding.losses.dropped(part.kind);
        texts.push(placeholder);
        continue;
      }
      const n = ++attached.count;
      texts.push(`[see attached file ${n}]`);
      attached.parts.push(textPart(`File ${n} (result of ${result.callId}):`), encodeMedia(part, encoding));
    } else if (part.kind === 'opaque' && part.text === undefined) {
      const raw = encodeOpaque(part, encoding);
      if (typeof raw?.text === 'string') texts.push(raw.text);
    } else {
      const text = partText(part);
      if (text !== undefined) texts.push(text);
    }
  }
  return texts;
}

/** A mark inside a result ends where the result does. */
function markOf({ cache, parts }: ResultPart): CacheMark | undefined {
  const last = parts.at(-1);
  return cache ?? (last && 'cache' in last ? last.cache : undefined);
}

/** A mark stands on the last part; a text has to become one. */
function marked(content: string | JsonObject[], mark: JsonObject): string | JsonObject[] {
  if (content === '' || Object.keys(mark).length === 0) return content;
  const parts = typeof content === 'string' ? [textPart(content)] : content;
  return parts.map((part, i) => (i === parts.length - 1 ? { ...part, ...mark } : part));
}

function encodeResult(result: ResultPart, attached: Attached, encoding: ChatEncoding): JsonObject {
  const texts = resultTexts(result, attached, encoding);
  const keepParts = encoding.sameDialect && texts.length > 1 && encoding.capabilities.minimalFields !== true;
  const first = texts[0] ?? '';
  if (result.isError === true && !first.startsWith(ERROR_PREFIX.trim()))
    texts.splice(0, 1, ERROR_PREFIX + first);
  const mark = writeMark(markOf(result), encoding);
  const plain = keepParts ? texts.map(textPart) : texts.join('\n');
  return { role: 'tool', tool_call_id: result.callId, content: marked(plain, mark) };
}

/** Tool messages, one per result and without anything between them, then the media they show. */
export function encodeResults(results: readonly ResultPart[], encoding: ChatEncoding): JsonObject[] {
  const attached: Attached = { parts: [], count: 0 };
  const messages = results.map((result) => encodeResult(result, attached, encoding));
  return attached.parts.length === 0 ? messages : [...messages, { role: 'user', content: attached.parts }];
}

/** Words of a part list in one string, for content that holds nothing else. */
export const plainText = (parts: readonly Part[], separator: string): string => joinText(parts, separator);
