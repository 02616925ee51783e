import type { BlockContent, BlockDelta, StreamEvent } from './events';

/** Which deltas a block may carry. */
export const DELTAS_OF: Readonly<Record<BlockContent['kind'], readonly BlockDelta['kind'][]>> = {
  text: ['text', 'citations', 'signature'],
  reasoning: ['reasoning', 'signature'],
  redacted: [],
  refusal: ['refusal'],
  call: ['arguments', 'signature'],
  media: [],
  opaque: [],
};

/**
 * True: the caller has seen something of the answer, so another target would repeat it (docs: resilience). Pieces of
 * arguments count with their call, whose start came before them.
 */
export function isContentBearing(event: StreamEvent): boolean {
  if (event.kind === 'choice') return isContentBearing(event.event);
  if (event.kind === 'block-delta') {
    const { delta } = event;
    return (
      (delta.kind === 'text' || delta.kind === 'reasoning' || delta.kind === 'refusal') && delta.text !== ''
    );
  }
  if (event.kind !== 'block-start') return false;
  const { content } = event;
  if (content.kind === 'call') return content.name !== '';
  return content.kind === 'redacted' || content.kind === 'media' || content.kind === 'opaque';
}

export const isTerminal = (event: StreamEvent): boolean =>
  event.kind === 'finish' || event.kind === 'error' || event.kind === 'interrupted';
