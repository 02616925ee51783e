import type { MediaPart, MediaSource, Part } from '../canonical/content';
import type { ChatRequest } from '../canonical/request';

/** Tells of a part with a URL whether its bytes have to be sent instead. */
export type WantsBytes = (part: MediaPart) => boolean;

const isMedia = (part: Part): part is MediaPart =>
  part.kind === 'image' || part.kind === 'audio' || part.kind === 'video' || part.kind === 'file';

function* mediaOf(parts: readonly Part[]): Generator<MediaPart> {
  for (const part of parts) {
    if (part.kind === 'result') yield* mediaOf(part.parts);
    else if (isMedia(part)) yield part;
  }
}

/** URLs whose content a target has to be given as bytes, each once, in the order of the conversation. */
export function urlsToFetch(request: ChatRequest, wants: WantsBytes): readonly string[] {
  const urls = new Set<string>();
  for (const turn of request.turns)
    for (const part of mediaOf(turn.parts))
      if (part.source.kind === 'url' && wants(part)) urls.add(part.source.url);
  return [...urls];
}

/** The request with those parts as bytes whose URL has been fetched. */
export function inlineMedia(
  request: ChatRequest,
  wants: WantsBytes,
  fetched: ReadonlyMap<string, MediaSource>,
): ChatRequest {
  const inline = (part: Part): Part => {
    if (part.kind === 'result') return { ...part, parts: part.parts.map(inline) };
    if (!isMedia(part) || part.source.kind !== 'url' || !wants(part)) return part;
    const source = fetched.get(part.source.url);
    return source === undefined ? part : { ...part, source };
  };
  const turns = request.turns.map((turn) => ({ ...turn, parts: turn.parts.map(inline) }));
  return { ...request, turns };
}
