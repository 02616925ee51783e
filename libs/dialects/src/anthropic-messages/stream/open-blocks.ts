import { isObject, parseJson, type Json, type JsonObject } from '@turnpike/kernel';
import type { BlockContent, BlockDelta, StreamEvent } from '@turnpike/protocol';
import { areWholeArguments, listOf, malformedEvent, objectOf, textOf } from '../../answer';
import { inputText, VENDOR } from '../response/decode-messages-response';

interface OpenBlock {
  readonly block: number;
  readonly kind: BlockContent['kind'];
  /** A block of the vendor's own is gathered and told when it is whole. */
  readonly raw?: JsonObject;
  args: string;
  /** What a compaction says, piece by piece. */
  content?: string;
}

/** A server tool's input comes in pieces like a call's, a compaction's content like a text. */
function withPieces(
  raw: JsonObject,
  { args, content = '' }: Pick<OpenBlock, 'args' | 'content'>,
): JsonObject {
  if (content !== '') return { ...raw, content };
  if (args === '') return raw;
  try {
    return { ...raw, input: parseJson(args) };
  } catch {
    return { ...raw, input: args };
  }
}

/**
 * The content blocks of one answer by their wire index. Compatible servers leave indexes and starts out: a missing
 * index means the latest block, a text without a block begins one. What cannot be told is an `error` event.
 */
export class OpenBlocks {
  /** Calls at all, and those whose arguments were whole at their end. */
  calls = 0;
  wholeCalls = 0;
  private blocks = 0;
  private latest = 0;
  private readonly open = new Map<number, OpenBlock>();

  /** `vendor`: whose signatures these are. */
  constructor(private readonly vendor: string) {}

  start(data: JsonObject): StreamEvent[] {
    const wire = objectOf(data.content_block) ?? {};
    const index = typeof data.index === 'number' ? data.index : this.latest + 1;
    const out = this.end(index);
    this.latest = index;
    switch (wire.type) {
      case 'text':
        out.push(...this.begin(index, { kind: 'text' }), ...this.say(index, 'text', wire.text));
        return [...out, ...this.cite(index, listOf(wire.citations))];
      case 'thinking':
        out.push(...this.begin(index, { kind: 'reasoning' }), ...this.say(index, 'reasoning', wire.thinking));
        return [...out, ...this.sign(index, wire.signature)];
      case 'redacted_thinking':
        return [...out, ...this.begin(index, { kind: 'redacted', data: textOf(wire.data) ?? '' })];
      case 'tool_use':
        return [...out, ...this.startCall(index, wire)];
      default:
        if (textOf(wire.type) !== undefined)
          this.open.set(index, { block: this.blocks++, kind: 'opaque', raw: wire, args: '', content: '' });
        return out;
    }
  }

  delta(data: JsonObject): StreamEvent[] {
    const index = this.indexOf(data);
    const delta = objectOf(data.delta) ?? {};
    switch (delta.type) {
      case 'text_delta':
        return this.say(index, 'text', delta.text);
      case 'thinking_delta':
        return this.say(index, 'reasoning', delta.thinking);
      case 'input_json_delta':
        return this.argue(index, delta.partial_json);
      case 'signature_delta':
        return this.sign(index, delta.signature);
      case 'compaction_delta':
        return this.compact(index, delta.content);
      case 'citations_delta':
        return isObject(delta.citation) ? this.cite(index, [delta.citation]) : [];
      default:
        return [];
    }
  }

  stop(data: JsonObject): StreamEvent[] {
    return this.end(this.indexOf(data));
  }

  endAll(): StreamEvent[] {
    return [...this.open.keys()].flatMap((index) => this.end(index));
  }

  private indexOf(data: JsonObject): number {
    return typeof data.index === 'number' ? data.index : this.latest;
  }

  private startCall(index: number, wire: JsonObject): StreamEvent[] {
    const name = textOf(wire.name);
    if (name === undefined) return [malformedEvent('a tool call without a name')];
    this.calls++;
    const out = this.begin(index, { kind: 'call', id: textOf(wire.id) ?? '', name, tool: 'function' });
    const given = inputText(wire);
    return given === '{}' ? out : [...out, ...this.argue(index, given)];
  }

  private begin(index: number, content: BlockContent): StreamEvent[] {
    const block = this.blocks++;
    this.open.set(index, { block, kind: content.kind, args: '' });
    return [{ kind: 'block-start', block, content }];
  }

  private say(index: number, kind: 'text' | 'reasoning', value: Json | undefined): StreamEvent[] {
    const text = textOf(value);
    if (text === undefined) return [];
    const begun =
      this.open.get(index)?.kind === kind ? [] : [...this.end(index), ...this.begin(index, { kind })];
    return [...begun, ...this.add(index, kind, { kind, text })];
  }

  private argue(index: number, value: Json | undefined): StreamEvent[] {
    const text = textOf(value);
    if (text === undefined) return [];
    const open = this.open.get(index);
    if (open?.kind !== 'call' && open?.kind !== 'opaque')
      return [malformedEvent('arguments without a tool call')];
    open.args += text;
    return open.kind === 'call' ? this.add(index, 'call', { kind: 'arguments', text }) : [];
  }

  private compact(index: number, value: Json | undefined): StreamEvent[] {
    const open = this.open.get(index);
    if (open?.content !== undefined) open.content += textOf(value) ?? '';
    return [];
  }

  private sign(index: number, value: Json | undefined): StreamEvent[] {
    const signature = textOf(value);
    if (signature === undefined) return [];
    return this.add(index, 'reasoning', {
      kind: 'signature',
      signature: { vendor: this.vendor, value: signature },
    });
  }

  private cite(index: number, citations: readonly Json[]): StreamEvent[] {
    return citations.length === 0 ? [] : this.add(index, 'text', { kind: 'citations', citations });
  }

  private add(index: number, kind: BlockContent['kind'], delta: BlockDelta): StreamEvent[] {
    const open = this.open.get(index);
    return open?.kind === kind ? [{ kind: 'block-delta', block: open.block, delta }] : [];
  }

  private end(index: number): StreamEvent[] {
    const open = this.open.get(index);
    if (!open) return [];
    this.open.delete(index);
    const { block, raw, args } = open;
    if (open.kind === 'call' && areWholeArguments(args)) this.wholeCalls++;
    const end: StreamEvent = { kind: 'block-end', block };
    if (!raw) return [end];
    const content: BlockContent = { kind: 'opaque', vendor: VENDOR, raw: withPieces(raw, open) };
    return [{ kind: 'block-start', block, content }, end];
  }
}
