import { isObject } from '@turnpike/kernel';
import { partText, type MediaPart, type OpaquePart, type Part } from '@turnpike/protocol';
import { unsupported, type UpstreamEncoding } from './upstream-encoding';

/** Media that has no words: a plain-text document is text. */
export const isMedia = (part: Part): part is MediaPart =>
  part.kind === 'image' ||
  part.kind === 'audio' ||
  part.kind === 'video' ||
  (part.kind === 'file' && part.text === undefined);

function opaqueWords(part: OpaquePart, { target, losses }: UpstreamEncoding): string | undefined {
  const { raw } = part;
  const name = isObject(raw) && typeof raw.type === 'string' ? raw.type.slice(0, 64) : 'unknown';
  if (part.text !== undefined) return part.text.trim() === '' ? `[${name}]` : part.text;
  if (part.essential) unsupported(`Content of type "${name}" is not supported by the model ${target.model}.`);
  losses.dropped(name);
  return undefined;
}

/** What a part says in words; undefined when it says nothing. Vendors' own blocks become their words, or are refused. */
export const partWords = (part: Part, encoding: UpstreamEncoding): string | undefined =>
  part.kind === 'opaque' ? opaqueWords(part, encoding) : partText(part);

/** Text of an assistant turn. Neighbouring texts are one text that was cut by citations; a call between them is a break. */
export function assistantText(parts: readonly Part[], encoding: UpstreamEncoding): string {
  let text = '';
  let broken = false;
  for (const part of parts) {
    if (part.kind === 'call') broken = text !== '';
    const more = isMedia(part) ? omittedMedia(part, encoding) : partWords(part, encoding);
    if (more === undefined || more === '') continue;
    text += broken ? `\n\n${more}` : more;
    broken = false;
  }
  return text;
}

/** Assistant turns hold no media of their own on these wires. */
export function omittedMedia(part: MediaPart, { losses }: UpstreamEncoding): string {
  losses.dropped(`assistant_${part.kind}`);
  return `[${part.kind} omitted]`;
}
