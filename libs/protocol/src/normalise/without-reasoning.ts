import type { Part, Turn } from '../canonical/content';
import type { ChatRequest } from '../canonical/request';

const isSigned = (part: Part): boolean =>
  part.kind === 'reasoning' ||
  ((part.kind === 'text' || part.kind === 'call') && part.signature !== undefined);

/** Something of what a model thought earlier stands in the request, or of a vendor's proof of it. */
export const holdsReasoning = (request: ChatRequest): boolean =>
  request.turns.some(({ parts }) => parts.some(isSigned));

function bare(part: Part): Part[] {
  if (part.kind === 'reasoning') return [];
  if (part.kind === 'text') {
    const { signature: _signature, ...text } = part;
    return [text];
  }
  if (part.kind !== 'call') return [part];
  // The server's own name of a call leads it to the reasoning that is gone.
  const { signature: _signature, itemId: _itemId, ...call } = part;
  return [call];
}

const bareTurn = (turn: Turn): Turn[] => {
  if (!turn.parts.some(isSigned)) return [turn];
  const parts = turn.parts.flatMap(bare);
  return parts.length === 0 ? [] : [{ ...turn, parts }];
};

/** The same request without anything that a vendor thought and signed. */
export const withoutReasoning = (request: ChatRequest): ChatRequest => ({
  ...request,
  turns: request.turns.flatMap(bareTurn),
});
