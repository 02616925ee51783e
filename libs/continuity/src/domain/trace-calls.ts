import { compact, type ReasoningPart, type Signature, type StreamEvent } from '@turnpike/protocol';

/** A call of an answer and the reasoning that led to it. */
export interface TracedCall {
  /** As the upstream gave it. */
  readonly id: string;
  readonly name: string;
  /** Reasoning that opened the answer. Only the first call has some. */
  readonly opening: readonly ReasoningPart[];
  /** Reasoning between what came before and this call. */
  readonly reasoning: readonly ReasoningPart[];
  /** The call's own. */
  readonly signature?: Signature;
}

type Block =
  | { readonly kind: 'reasoning'; text: string; signature?: Signature; readonly itemId?: string }
  | { readonly kind: 'redacted'; readonly data: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; signature?: Signature }
  | { readonly kind: 'other' };

function partOf(block: Block): ReasoningPart | undefined {
  if (block.kind === 'redacted') return { kind: 'reasoning', redacted: block.data };
  if (block.kind !== 'reasoning') return undefined;
  const { text, signature, itemId } = block;
  if (text === '' && !signature) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text: text === '' ? undefined : text,
    signature,
    itemId,
  });
}

/** Follows an answer and remembers its reasoning by the calls it led to; keeps no text and no arguments. */
export class CallTrace {
  private readonly blocks = new Map<number, Block>();
  private called = false;

  note(event: StreamEvent): void {
    if (event.kind === 'block-delta') {
      const { delta } = event;
      if (delta.kind === 'reasoning') this.think(event.block, delta.text);
      else if (delta.kind === 'signature') this.sign(event.block, delta.signature);
    } else if (event.kind === 'block-start') this.begin(event);
  }

  /** Calls in their order, also those that nothing led to: what is derived from positions stays right. */
  calls(): TracedCall[] {
    if (!this.called) return [];
    const calls: TracedCall[] = [];
    let waiting: ReasoningPart[] = [];
    let opening: ReasoningPart[] | undefined = waiting;
    for (const block of this.blocks.values()) {
      const part = partOf(block);
      if (part) waiting.push(part);
      if (block.kind === 'other' && waiting === opening) waiting = [];
      if (block.kind !== 'call') continue;
      const opened: ReasoningPart[] = opening ?? [];
      const led = waiting === opening ? [] : waiting;
      const { id, name, signature } = block;
      calls.push({ id, name, opening: opened, reasoning: led, ...(signature && { signature }) });
      waiting = [];
      opening = undefined;
    }
    return calls;
  }

  private begin({ block, content }: Extract<StreamEvent, { kind: 'block-start' }>): void {
    switch (content.kind) {
      case 'reasoning':
        this.blocks.set(block, { kind: 'reasoning', text: '', itemId: content.itemId });
        return;
      case 'redacted':
        this.blocks.set(block, { kind: 'redacted', data: content.data });
        return;
      case 'call':
        this.called = true;
        this.blocks.set(block, {
          kind: 'call',
          id: content.id,
          name: content.name,
          signature: content.signature,
        });
        return;
      default:
        this.blocks.set(block, { kind: 'other' });
    }
  }

  private think(at: number, text: string): void {
    const block = this.blocks.get(at);
    if (block?.kind === 'reasoning') block.text += text;
  }

  private sign(at: number, signature: Signature): void {
    const block = this.blocks.get(at);
    if (block?.kind === 'reasoning' || block?.kind === 'call') block.signature = signature;
  }
}
