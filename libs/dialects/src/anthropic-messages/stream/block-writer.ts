import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  argumentsObject,
  writeSse,
  type BlockContent,
  type BlockDelta,
  type Signature,
} from '@turnpike/protocol';
import { ObjectTracker } from '../../answer';
import { VENDOR } from '../response/decode-messages-response';
import {
  isHiddenReasoning,
  mediaNote,
  writeCallProof,
  writeCitations,
  writeHiddenReasoning,
  writeInput,
  writeSignature,
} from '../response/write-blocks';

/** Gives out the indexes 0, 1, 2, ... of the blocks that are really written, and ids for calls. */
export interface BlockNumbers {
  nextIndex(): number;
  newCallId(upstreamId: string): string;
  /** The client expects thinking. */
  readonly thinks: boolean;
}

const event = (type: string, rest: string): string => `event: ${type}\ndata: {"type":"${type}",${rest}}\n\n`;

const deltaEvent = (index: number, type: string, member: string, text: string): string =>
  event(
    'content_block_delta',
    `"index":${index},"delta":{"type":"${type}","${member}":${JSON.stringify(text)}}`,
  );

/**
 * Writes one canonical block as one content block. It opens with its first non-empty delta, so that no block is empty;
 * a call opens at once, because its name is news. Thinking gets its signature last and whole.
 */
export class BlockWriter {
  private index: number | undefined;
  private text = '';
  private signature: Signature | undefined;
  private readonly tracker = new ObjectTracker();

  constructor(
    private readonly content: BlockContent,
    private readonly numbers: BlockNumbers,
  ) {}

  /** A call whose arguments are one whole object: nothing that follows belongs to it. */
  get complete(): boolean {
    return this.tracker.complete;
  }

  /** Called once, when no other block is open. */
  begin(): string {
    const { content } = this;
    switch (content.kind) {
      case 'call':
        return this.beginCall(content);
      case 'redacted':
        return this.whole({ type: 'redacted_thinking', data: content.data });
      case 'opaque':
        return content.vendor === VENDOR && isObject(content.raw) ? this.whole(content.raw) : '';
      case 'media':
        return this.say('text', mediaNote(content.mimeType)) + this.stop();
      default:
        return '';
    }
  }

  private beginCall({ id: upstreamId, name, signature }: Extract<BlockContent, { kind: 'call' }>): string {
    const id = this.numbers.newCallId(upstreamId);
    const proof = signature && this.numbers.thinks ? this.whole(writeCallProof(signature, id)) : '';
    return proof + this.open({ type: 'tool_use', id, name, input: {} });
  }

  write(delta: BlockDelta): string {
    switch (delta.kind) {
      case 'signature':
        this.signature = delta.signature;
        return '';
      case 'citations':
        return this.cite(delta.citations);
      case 'arguments':
        return this.writeArguments(delta.text);
      default:
        return delta.text === '' ? '' : this.say(delta.kind, delta.text);
    }
  }

  close(): string {
    const { content } = this;
    if (content.kind === 'call') return this.closeCall(content.tool === 'custom') + this.stop();
    if (content.kind === 'reasoning') return this.closeReasoning();
    return this.stop();
  }

  private say(kind: 'text' | 'refusal' | 'reasoning', text: string): string {
    if (kind !== 'reasoning') {
      this.text += text;
      return this.open({ type: 'text', text: '' }) + deltaEvent(this.at, 'text_delta', 'text', text);
    }
    const start = this.open({ type: 'thinking', thinking: '', signature: '' });
    return start + deltaEvent(this.at, 'thinking_delta', 'thinking', text);
  }

  private cite(citations: readonly Json[]): string {
    const own = writeCitations(citations, this.text);
    if (own.length === 0) return '';
    const deltas = own.map((citation) => `"delta":${JSON.stringify({ type: 'citations_delta', citation })}`);
    const start = this.open({ type: 'text', text: '' });
    return (
      start + deltas.map((delta) => event('content_block_delta', `"index":${this.at},${delta}`)).join('')
    );
  }

  /** Text after the end of the object is dropped; what does not begin as an object waits until it is whole. */
  private writeArguments(text: string): string {
    if (this.content.kind === 'call' && this.content.tool === 'custom') {
      this.text += text;
      return '';
    }
    const kept = text.slice(0, this.tracker.push(text));
    if (!this.tracker.begun || kept === '') return '';
    if (this.tracker.object) return deltaEvent(this.at, 'input_json_delta', 'partial_json', kept);
    this.text += kept;
    return '';
  }

  private closeCall(custom: boolean): string {
    if (!custom && this.tracker.begun && this.tracker.object) return '';
    const input = custom ? writeInput(this.text, true) : argumentsObject(this.text);
    return deltaEvent(this.at, 'input_json_delta', 'partial_json', stringifyJson(input));
  }

  private closeReasoning(): string {
    const { signature, content } = this;
    const itemId = content.kind === 'reasoning' ? content.itemId : undefined;
    if (this.index === undefined && isHiddenReasoning('', signature))
      return this.whole(writeHiddenReasoning(signature, itemId));
    if (this.index === undefined && !signature) return '';
    const start = this.open({ type: 'thinking', thinking: '', signature: '' });
    return (
      start +
      deltaEvent(this.at, 'signature_delta', 'signature', writeSignature(signature, itemId)) +
      this.stop()
    );
  }

  private get at(): number {
    return this.index ?? 0;
  }

  private open(block: JsonObject): string {
    if (this.index !== undefined) return '';
    this.index = this.numbers.nextIndex();
    return event('content_block_start', `"index":${this.index},"content_block":${JSON.stringify(block)}`);
  }

  private stop(): string {
    if (this.index === undefined) return '';
    const { index } = this;
    this.index = undefined;
    return writeSse(`{"type":"content_block_stop","index":${index}}`, 'content_block_stop');
  }

  private whole(block: JsonObject): string {
    return this.open(block) + this.stop();
  }
}
