import type { JsonObject } from '@turnpike/kernel';
import { compact, partText, type MediaPart, type Part, type ResultPart } from '@turnpike/protocol';
import { encodeMedia } from './encode-media';
import { nativeMembers, type GeminiEncoding } from './gemini-encoding';

/** Media of one turn's results that cannot lie in them: they follow in the same content. */
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
function omitted(part: MediaPart, { capabilities }: GeminiEncoding): string | undefined {
  if (part.kind === 'image' && capabilities.images === false) return '[image omitted: model has no vision]';
  if (part.kind === 'file' && capabilities.documents === false) return '[document omitted: model takes none]';
  return undefined;
}

interface Told {
  /** Name of the function, as the target knows it. */
  readonly name: string;
  readonly texts: string[];
  readonly media: JsonObject[];
}

function addMedia(part: MediaPart, told: Told, attached: Attached, encoding: GeminiEncoding): void {
  const placeholder = omitted(part, encoding);
  if (placeholder !== undefined) {
    encoding.losses.dropped(part.kind);
    told.texts.push(placeholder);
  } else if (encoding.capabilities.resultMedia !== false) told.media.push(encodeMedia(part, encoding));
  else {
    const n = ++attached.count;
    told.texts.push(`[see attached file ${n}]`);
    attached.parts.push({ text: `File ${n} (result of ${told.name}):` }, encodeMedia(part, encoding));
  }
}

function encodeResult(result: ResultPart, attached: Attached, encoding: GeminiEncoding): JsonObject {
  const call = encoding.calls.get(result.callId);
  const name = call?.name ?? encoding.names.wireName({ name: result.name ?? '' });
  const told: Told = { name, texts: [], media: [] };
  for (const part of result.parts) {
    if (isMedia(part)) addMedia(part, told, attached, encoding);
    else {
      const text = partText(part);
      if (text !== undefined) told.texts.push(text);
    }
  }
  const text = told.texts.join('\n');
  const response = result.isError === true ? { error: text } : { output: text };
  const functionResponse = compact<JsonObject>({
    name,
    response,
    ...nativeMembers(result.native, encoding),
    id: call?.id,
    parts: told.media.length > 0 ? told.media : undefined,
  });
  return { functionResponse };
}

/** Responses, one per call and in the order of the calls, then what they show. */
export function encodeResults(results: readonly ResultPart[], encoding: GeminiEncoding): JsonObject[] {
  const attached: Attached = { parts: [], count: 0 };
  const parts = results.map((result) => encodeResult(result, attached, encoding));
  return [...parts, ...attached.parts];
}
