import { readCacheMark, type ChatRequest, type Part, type Turn } from '@turnpike/protocol';

/** Member by which a Messages client leaves the last mark of the prompt cache to the vendor. */
export const AUTOMATIC_MARK = 'cache_control';

const isMarkable = (part: Part): boolean =>
  !['reasoning', 'refusal', 'opaque'].includes(part.kind) && !('cache' in part && part.cache);

/** The request with that mark where the vendor would set it: behind the last part. For targets that take marks. */
export function withAutomaticMark(request: ChatRequest): ChatRequest {
  const mark =
    request.dialect === 'anthropic-messages' ? readCacheMark(request.native[AUTOMATIC_MARK]) : undefined;
  const last = request.turns.at(-1);
  const part = last?.parts.at(-1);
  if (!mark || !last || !part || !isMarkable(part)) return request;
  const turn: Turn = { ...last, parts: [...last.parts.slice(0, -1), { ...part, cache: mark } as Part] };
  return { ...request, turns: [...request.turns.slice(0, -1), turn] };
}
