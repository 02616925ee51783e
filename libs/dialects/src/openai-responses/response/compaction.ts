import { isObject, type Json } from '@turnpike/kernel';
import {
  wrapSignature,
  type BlockContent,
  type ChatRequest,
  type Machine,
  type OpaquePart,
  type Part,
  type StreamEvent,
} from '@turnpike/protocol';
import { COMPACTION_TRIGGER } from '../request/decode-opaque';
import { VENDOR } from '../responses-name';

const isTyped = (raw: Json, type: string): boolean => isObject(raw) && raw.type === type;

/** True: the client wants its conversation in short, and exactly one item with it. */
export function asksToCompact(request: ChatRequest | undefined): boolean {
  const last = request?.turns.at(-1)?.parts.at(-1);
  return last?.kind === 'opaque' && isTyped(last.raw, COMPACTION_TRIGGER);
}

/** The vendor encrypts compacted history; here the summary is wrapped, and told in words when it comes back. */
const compaction = (text: string): OpaquePart => ({
  kind: 'opaque',
  vendor: VENDOR,
  raw: {
    type: 'compaction',
    encrypted_content: wrapSignature({ vendor: 'none', kind: 'summary', value: text }),
  },
});

/** An answer that is a summary as the one item that tells it; the vendor's own item stays as it is. */
export function compactParts(parts: readonly Part[]): Part[] {
  const own = parts.find((part) => part.kind === 'opaque' && isTyped(part.raw, 'compaction'));
  if (own) return [own];
  return [compaction(parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''))];
}

const isOwn = (content: BlockContent): boolean =>
  content.kind === 'opaque' && isTyped(content.raw, 'compaction');

/** The same for a stream: nothing is shown before the summary is whole. */
class CompactionMachine implements Machine<StreamEvent, StreamEvent> {
  private text = '';
  private own = -1;

  push(event: StreamEvent): StreamEvent[] {
    switch (event.kind) {
      case 'block-start':
        if (this.own >= 0 || !isOwn(event.content)) return [];
        this.own = event.block;
        return [event];
      case 'block-delta':
        if (event.delta.kind === 'text') this.text += event.delta.text;
        return [];
      case 'block-end':
        return event.block === this.own ? [event] : [];
      case 'finish':
        return [...(this.own < 0 ? this.summary() : []), event];
      default:
        return [event];
    }
  }

  end(): StreamEvent[] {
    return [];
  }

  private summary(): StreamEvent[] {
    const { vendor, raw } = compaction(this.text);
    return [
      { kind: 'block-start', block: 0, content: { kind: 'opaque', vendor, raw } },
      { kind: 'block-end', block: 0 },
    ];
  }
}

export const createCompactionMachine = (): Machine<StreamEvent, StreamEvent> => new CompactionMachine();
