import type { CallPart, MediaPart, Part, ReasoningPart } from '../canonical/content';
import type { ChatResponse, Choice, StopReason } from '../canonical/response';
import { compact } from '../normalise/read-member';
import type { BlockContent, BlockDelta, ChoiceEvent, StreamEvent } from './events';

interface Block {
  readonly content: BlockContent;
  readonly deltas: readonly BlockDelta[];
}

function reasoningBlock(part: ReasoningPart): Block {
  if (part.redacted !== undefined) return { content: { kind: 'redacted', data: part.redacted }, deltas: [] };
  const text = part.text ?? part.summary?.join('\n\n') ?? '';
  const deltas: BlockDelta[] = text === '' ? [] : [{ kind: 'reasoning', text }];
  if (part.signature) deltas.push({ kind: 'signature', signature: part.signature });
  return { content: compact<BlockContent>({ kind: 'reasoning', itemId: part.itemId }), deltas };
}

function callBlock(part: CallPart): Block {
  const { kind, id, name, tool, namespace, itemId, signature } = part;
  return {
    content: compact<BlockContent>({ kind, id, name, tool, namespace, itemId, signature }),
    deltas: part.args === '' ? [] : [{ kind: 'arguments', text: part.args }],
  };
}

/** An answer carries its media inline; a mere reference cannot be streamed. */
function mediaBlock(part: MediaPart): Block | undefined {
  if (part.source.kind !== 'base64') return undefined;
  const { mimeType, data } = part.source;
  return { content: { kind: 'media', mimeType, data }, deltas: [] };
}

function toBlock(part: Part): Block | undefined {
  switch (part.kind) {
    case 'text': {
      const deltas: BlockDelta[] = [{ kind: 'text', text: part.text }];
      // Ahead of the text: it belongs to the very part that carries the text.
      if (part.signature) deltas.unshift({ kind: 'signature', signature: part.signature });
      if (part.citations?.length) deltas.push({ kind: 'citations', citations: part.citations });
      return { content: compact<BlockContent>({ kind: 'text', phase: part.phase }), deltas };
    }
    case 'reasoning':
      return reasoningBlock(part);
    case 'refusal':
      return { content: { kind: 'refusal' }, deltas: [{ kind: 'refusal', text: part.text }] };
    case 'call':
      return callBlock(part);
    case 'opaque':
      return { content: { kind: 'opaque', vendor: part.vendor, raw: part.raw }, deltas: [] };
    case 'result':
      return undefined;
    default:
      return mediaBlock(part);
  }
}

type Ending = Pick<Choice, 'stop' | 'stopSequence' | 'stopDetails'>;

const ending = ({ stop, stopSequence, stopDetails }: Ending): Extract<StreamEvent, { kind: 'finish' }> =>
  compact<Extract<StreamEvent, { kind: 'finish' }>>({ kind: 'finish', stop, stopSequence, stopDetails });

const failure = (code: StopReason): StreamEvent => ({
  kind: 'error',
  error: { message: 'The provider ended its answer with an error.', code },
});

const isFailure = (stop: StopReason): boolean => stop === 'error' || stop === 'malformed_call';

/** Every whole answer is unfolded to be measured: a callback costs half of what a generator does. */
function unfoldBlocks(parts: readonly Part[], add: (event: ChoiceEvent) => void): void {
  let block = 0;
  for (const part of parts) {
    const made = toBlock(part);
    if (!made) continue;
    add({ kind: 'block-start', block, content: made.content });
    for (const delta of made.deltas) add({ kind: 'block-delta', block, delta });
    add({ kind: 'block-end', block });
    block++;
  }
}

function unfoldChoice(one: Choice, events: StreamEvent[]): void {
  const { choice, parts, stop } = one;
  unfoldBlocks(parts, (event) => events.push({ kind: 'choice', choice, event }));
  events.push({ kind: 'choice', choice, event: ending(isFailure(stop) ? { stop: 'end' } : one) });
}

/** A whole answer as the stream it could have been: for a provider that answers a stream request with one JSON body. */
export function unfoldResponse(response: ChatResponse): StreamEvent[] {
  const { id, model, createdAt, usage, stop } = response;
  const events: StreamEvent[] = [compact<StreamEvent>({ kind: 'start', id, model, createdAt })];
  unfoldBlocks(response.parts, (event) => events.push(event));
  for (const other of response.others ?? []) unfoldChoice(other, events);
  if (usage) events.push({ kind: 'usage', usage });
  events.push(isFailure(stop) ? failure(stop) : ending(response));
  return events;
}
