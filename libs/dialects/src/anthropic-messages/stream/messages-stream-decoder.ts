import { isObject, parseJson, type Json, type JsonObject } from '@turnpike/kernel';
import type {
  BlockContent,
  BlockDelta,
  EndReason,
  Machine,
  SseEvent,
  StopReason,
  StreamEvent,
} from '@turnpike/protocol';
import {
  areWholeArguments,
  listOf,
  malformedEvent,
  objectOf,
  parseEventData,
  readVendorError,
  textOf,
} from '../../answer';
import { inputText, VENDOR } from '../response/decode-messages-response';
import { readStopReason, settleMessagesStop } from '../response/messages-stop';
import { MessagesUsage } from '../usage';

interface OpenBlock {
  readonly block: number;
  readonly kind: BlockContent['kind'];
  /** A block of the vendor's own is gathered and told when it is whole. */
  readonly raw?: JsonObject;
  args: string;
}

/** Messages events to canonical events. Unknown events and deltas are ignored, as the API asks its readers to. */
class MessagesStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private blocks = 0;
  private readonly open = new Map<number, OpenBlock>();
  private lastIndex = 0;
  private readonly usage = new MessagesUsage();
  private started = false;
  private over = false;
  private stop: StopReason | undefined;
  private stopSequence: string | undefined;
  private calls = 0;
  private wholeCalls = 0;

  push(event: SseEvent): StreamEvent[] {
    if (this.over || event.data.trim() === '[DONE]') return [];
    const data = parseEventData(event.data);
    if (!data) return this.fail(malformedEvent('a stream event that is not JSON'));
    const type = textOf(data.type) ?? event.event;
    if (type === 'error' || (data.error && type === undefined))
      return this.fail({ kind: 'error', error: readVendorError(data.error ?? data) });
    switch (type) {
      case 'message_start':
        return this.startMessage(objectOf(data.message) ?? {});
      case 'content_block_start':
        return [...this.begin(), ...this.startBlock(data)];
      case 'content_block_delta':
        return [...this.begin(), ...this.delta(this.indexOf(data), objectOf(data.delta) ?? {})];
      case 'content_block_stop':
        return this.endBlock(this.indexOf(data));
      case 'message_delta':
        return this.messageDelta(data);
      case 'message_stop':
        return this.finish(this.stop ?? 'end');
      default:
        return [];
    }
  }

  end(reason: EndReason): StreamEvent[] {
    if (this.over) return [];
    return this.stop === undefined ? this.fail({ kind: 'interrupted', reason }) : this.finish(this.stop);
  }

  private begin(head: { id?: string; model?: string } = {}): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    return [{ kind: 'start', ...head }];
  }

  private fail(event: StreamEvent): StreamEvent[] {
    this.over = true;
    return [...this.begin(), event];
  }

  private startMessage(message: JsonObject): StreamEvent[] {
    const out = this.begin({ id: textOf(message.id), model: textOf(message.model) });
    return [...out, ...this.takeUsage(message.usage)];
  }

  private takeUsage(value: Json | undefined): StreamEvent[] {
    return this.usage.take(value) ? [{ kind: 'usage', usage: this.usage.partial() }] : [];
  }

  private indexOf(data: JsonObject): number {
    return typeof data.index === 'number' ? data.index : this.lastIndex;
  }

  private startBlock(data: JsonObject): StreamEvent[] {
    const wire = objectOf(data.content_block) ?? {};
    const index = typeof data.index === 'number' ? data.index : this.lastIndex + 1;
    const out = this.endBlock(index);
    this.lastIndex = index;
    switch (wire.type) {
      case 'text':
        return [
          ...out,
          ...this.openBlock(index, { kind: 'text' }),
          ...this.say(index, 'text', wire.text),
          ...this.cite(index, listOf(wire.citations)),
        ];
      case 'thinking':
        return [
          ...out,
          ...this.openBlock(index, { kind: 'reasoning' }),
          ...this.say(index, 'reasoning', wire.thinking),
          ...this.sign(index, wire.signature),
        ];
      case 'redacted_thinking':
        return [...out, ...this.openBlock(index, { kind: 'redacted', data: textOf(wire.data) ?? '' })];
      case 'tool_use':
        return [...out, ...this.startCall(index, wire)];
      default:
        this.open.set(index, { block: this.blocks++, kind: 'opaque', raw: wire, args: '' });
        return out;
    }
  }

  private startCall(index: number, wire: JsonObject): StreamEvent[] {
    const name = textOf(wire.name);
    if (name === undefined) return this.fail(malformedEvent('a tool call without a name'));
    this.calls++;
    const out = this.openBlock(index, { kind: 'call', id: textOf(wire.id) ?? '', name, tool: 'function' });
    const given = inputText(wire);
    return given === '{}' ? out : [...out, ...this.say(index, 'arguments', given)];
  }

  private openBlock(index: number, content: BlockContent): StreamEvent[] {
    const block = this.blocks++;
    this.open.set(index, { block, kind: content.kind, args: '' });
    return [{ kind: 'block-start', block, content }];
  }

  private delta(index: number, delta: JsonObject): StreamEvent[] {
    switch (delta.type) {
      case 'text_delta':
        return this.say(index, 'text', delta.text);
      case 'thinking_delta':
        return this.say(index, 'reasoning', delta.thinking);
      case 'input_json_delta':
        return this.say(index, 'arguments', delta.partial_json);
      case 'signature_delta':
        return this.sign(index, delta.signature);
      case 'citations_delta':
        return isObject(delta.citation) ? this.cite(index, [delta.citation]) : [];
      default:
        return [];
    }
  }

  /** A delta whose block never began, or is of another kind, begins one; arguments need the start with their name. */
  private say(
    index: number,
    kind: 'text' | 'reasoning' | 'arguments',
    value: Json | undefined,
  ): StreamEvent[] {
    const text = textOf(value);
    if (text === undefined) return [];
    const open = this.open.get(index);
    if (open && (open.kind === 'call' || open.kind === 'opaque') && kind === 'arguments') {
      open.args += text;
      return open.kind === 'opaque'
        ? []
        : [{ kind: 'block-delta', block: open.block, delta: { kind, text } }];
    }
    if (kind === 'arguments') return this.fail(malformedEvent('arguments without a tool call'));
    if (open?.kind === kind) return [{ kind: 'block-delta', block: open.block, delta: { kind, text } }];
    const out = [...this.endBlock(index), ...this.openBlock(index, { kind })];
    const block = this.open.get(index)?.block ?? 0;
    return [...out, { kind: 'block-delta', block, delta: { kind, text } }];
  }

  private sign(index: number, value: Json | undefined): StreamEvent[] {
    const signature = textOf(value);
    if (signature === undefined) return [];
    return this.add(index, 'reasoning', {
      kind: 'signature',
      signature: { vendor: VENDOR, value: signature },
    });
  }

  private cite(index: number, citations: readonly Json[]): StreamEvent[] {
    return citations.length === 0 ? [] : this.add(index, 'text', { kind: 'citations', citations });
  }

  private add(index: number, kind: BlockContent['kind'], delta: BlockDelta): StreamEvent[] {
    const open = this.open.get(index);
    return open?.kind === kind ? [{ kind: 'block-delta', block: open.block, delta }] : [];
  }

  private endBlock(index: number): StreamEvent[] {
    const open = this.open.get(index);
    if (!open) return [];
    this.open.delete(index);
    const { block, raw, args } = open;
    if (open.kind === 'call' && areWholeArguments(args)) this.wholeCalls++;
    const end: StreamEvent = { kind: 'block-end', block };
    if (!raw) return [end];
    return [
      { kind: 'block-start', block, content: { kind: 'opaque', vendor: VENDOR, raw: withInput(raw, args) } },
      end,
    ];
  }

  private messageDelta(data: JsonObject): StreamEvent[] {
    const delta = objectOf(data.delta) ?? {};
    this.stop = readStopReason(delta.stop_reason) ?? this.stop;
    this.stopSequence = textOf(delta.stop_sequence) ?? this.stopSequence;
    return [...this.begin(), ...this.takeUsage(data.usage)];
  }

  private finish(stop: StopReason): StreamEvent[] {
    const out = [...this.begin(), ...[...this.open.keys()].flatMap((index) => this.endBlock(index))];
    const { stopSequence } = this;
    this.over = true;
    const settled = settleMessagesStop(stop, { wholeCalls: this.wholeCalls, calls: this.calls });
    return [
      ...out,
      { kind: 'finish', stop: settled, ...(stopSequence === undefined ? {} : { stopSequence }) },
    ];
  }
}

/** A server tool's input comes in pieces like a call's. */
function withInput(raw: JsonObject, args: string): JsonObject {
  if (args === '') return raw;
  try {
    return { ...raw, input: parseJson(args) };
  } catch {
    return { ...raw, input: args };
  }
}

export const createMessagesStreamDecoder = (): Machine<SseEvent, StreamEvent> => new MessagesStreamDecoder();
