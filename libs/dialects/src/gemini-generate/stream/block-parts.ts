import { isObject, type JsonObject } from '@turnpike/kernel';
import type { BlockContent, BlockDelta, Signature } from '@turnpike/protocol';
import { ObjectTracker } from '../../answer';
import { VENDOR } from '../gemini-id';
import type { PartWriter } from '../response/part-writer';

/** One canonical block as parts: text and thoughts as they come, calls and media whole at their end. */
export class BlockParts {
  private text = '';
  private said = false;
  private signature: Signature | undefined;
  private readonly tracker = new ObjectTracker();

  constructor(
    private readonly content: BlockContent,
    private readonly writer: PartWriter,
  ) {}

  /** A call whose arguments are one whole object: nothing that follows belongs to it. */
  get complete(): boolean {
    return this.tracker.complete;
  }

  write(delta: BlockDelta): JsonObject[] {
    switch (delta.kind) {
      case 'signature':
        this.signature = delta.signature;
        return [];
      case 'citations':
        return [];
      case 'arguments':
        this.argue(delta.text);
        return [];
      case 'reasoning':
        this.said ||= delta.text !== '';
        return this.writer.thought(delta.text);
      default:
        return this.sayText(delta.text);
    }
  }

  /** Called once, when no earlier block is open. */
  close(): JsonObject[] {
    const { content, signature, writer } = this;
    switch (content.kind) {
      case 'text':
      case 'refusal':
        return signature ? writer.text('', signature) : [];
      case 'reasoning':
        return signature ? writer.signThought({ signature, itemId: content.itemId }, this.said) : [];
      case 'redacted':
        return writer.redacted(content.data);
      case 'call':
        return writer.call({ ...content, args: this.text, signature: signature ?? content.signature });
      case 'media':
        return writer.media(content.mimeType, content.data);
      case 'opaque':
        return content.vendor === VENDOR && isObject(content.raw) ? [content.raw] : [];
    }
  }

  /** A signature that came ahead of the text belongs to its first piece. */
  private sayText(text: string): JsonObject[] {
    if (text === '') return [];
    const { signature } = this;
    this.signature = undefined;
    return this.writer.text(text, signature);
  }

  /** Text after the end of the object is dropped. */
  private argue(text: string): void {
    const custom = this.content.kind === 'call' && this.content.tool === 'custom';
    this.text += custom ? text : text.slice(0, this.tracker.push(text));
  }
}
