import type {
  BlockContent,
  BlockDelta,
  EndReason,
  StopReason,
  StreamEvent,
  Usage,
  VendorError,
} from '@turnpike/protocol';

export interface AnswerHead {
  readonly id?: string;
  readonly model?: string;
  readonly createdAt?: number;
}

/** Writes the canonical events of one answer in their grammar, whatever order the wire brings things in. */
export class AnswerSink {
  /** The terminal event has been written. */
  over = false;
  private out: StreamEvent[] = [];
  private started = false;
  private blocks = 0;
  private readonly open = new Map<string, { readonly block: number; readonly kind: string }>();

  /** What was written since the last call. */
  take(): StreamEvent[] {
    const events = this.out;
    this.out = [];
    return events;
  }

  start(head: AnswerHead): void {
    if (this.started) return;
    this.started = true;
    this.out.push({ kind: 'start', ...head });
  }

  /** The block of this key, opened where it is not open. A key that is open with another kind of content begins anew. */
  begin(key: string, content: BlockContent): number {
    const known = this.open.get(key);
    if (known?.kind === content.kind) return known.block;
    this.close(key);
    this.start({});
    const block = this.blocks++;
    this.open.set(key, { block, kind: content.kind });
    this.out.push({ kind: 'block-start', block, content });
    return block;
  }

  /** Text of one kind; empty text opens nothing. */
  say(key: string, kind: 'text' | 'reasoning', text: string): void {
    if (text === '') return;
    this.out.push({ kind: 'block-delta', block: this.begin(key, { kind }), delta: { kind, text } });
  }

  /** Adds to an open block; without one there is nothing to add to. */
  add(key: string, delta: BlockDelta): void {
    const known = this.open.get(key);
    if (known) this.out.push({ kind: 'block-delta', block: known.block, delta });
  }

  isOpen(key: string, kind: BlockContent['kind']): boolean {
    return this.open.get(key)?.kind === kind;
  }

  close(key: string): void {
    const known = this.open.get(key);
    if (!known) return;
    this.open.delete(key);
    this.out.push({ kind: 'block-end', block: known.block });
  }

  closeAll(): void {
    for (const key of [...this.open.keys()]) this.close(key);
  }

  /** A block that comes whole. */
  put(content: BlockContent, delta?: BlockDelta): void {
    const key = `whole:${this.blocks}`;
    this.begin(key, content);
    if (delta) this.add(key, delta);
    this.close(key);
  }

  usage(usage: Usage | undefined): void {
    if (!usage) return;
    this.start({});
    this.out.push({ kind: 'usage', usage });
  }

  finish(stop: StopReason, stopSequence?: string): void {
    this.start({});
    this.closeAll();
    this.over = true;
    this.out.push({ kind: 'finish', stop, ...(stopSequence === undefined ? {} : { stopSequence }) });
  }

  /** Open blocks stay open: what they say is not whole. */
  fail(error: VendorError): void {
    this.start({});
    this.over = true;
    this.out.push({ kind: 'error', error });
  }

  /** What cannot be read is never skipped: what it said would be missing from the answer. */
  failMalformed(what: string): void {
    this.fail({ message: `The provider sent ${what}.`, type: 'api_error', code: 'malformed_event' });
  }

  interrupt(reason: EndReason): void {
    this.start({});
    this.over = true;
    this.out.push({ kind: 'interrupted', reason });
  }
}
