import type { MediaPart, Part } from '../canonical/content';
import type { ChatRequest } from '../canonical/request';

export type MediaKind = MediaPart['kind'];

const PLACEHOLDERS: Readonly<Record<MediaKind, string>> = {
  image: '[image omitted: model has no vision]',
  file: '[document omitted: model takes none]',
  audio: '[audio omitted: model takes none]',
  video: '[video omitted: model takes none]',
};

export interface OmittedMedia {
  readonly request: ChatRequest;
  /** Kinds that were left out, each once. */
  readonly omitted: readonly MediaKind[];
}

/** A picture that was sent as a file is a picture. A document whose words are there needs nobody who reads documents. */
function kindOf(part: MediaPart): MediaKind | undefined {
  if (part.kind !== 'file') return part.kind;
  if (part.text !== undefined) return undefined;
  const { source } = part;
  return source.kind === 'base64' && source.mimeType.startsWith('image/') ? 'image' : 'file';
}

/** The request with words in the place of what the target cannot take. */
export function omitMedia(request: ChatRequest, lacking: ReadonlySet<MediaKind>): OmittedMedia {
  const omitted = new Set<MediaKind>();
  const replace = (part: Part): Part => {
    switch (part.kind) {
      case 'result':
        return { ...part, parts: part.parts.map(replace) };
      case 'image':
      case 'file':
      case 'audio':
      case 'video': {
        const kind = kindOf(part);
        if (kind === undefined || !lacking.has(kind)) return part;
        omitted.add(kind);
        return { kind: 'text', text: PLACEHOLDERS[kind] };
      }
      default:
        return part;
    }
  };
  const turns = request.turns.map((turn) => ({ ...turn, parts: turn.parts.map(replace) }));
  return omitted.size === 0
    ? { request, omitted: [] }
    : { request: { ...request, turns }, omitted: [...omitted] };
}
