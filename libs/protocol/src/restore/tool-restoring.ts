import { isObject, parseJson, stringifyJson, type Json } from '@turnpike/kernel';
import type { Restoration } from '../canonical/restoration';
import type { BlockContent, StreamEvent } from '../stream/events';
import type { Machine } from '../stream/machine';

type CallContent = Extract<BlockContent, { kind: 'call' }>;
type BlockEvent = Extract<StreamEvent, { readonly block: number }>;

/** How the arguments of one open call are changed. `gather` waits for the whole of them. */
interface OpenCall {
  readonly hidden: boolean;
  readonly gather?: (text: string) => string;
  text: string;
}

function member(text: string, name: string): Json | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value[name] : undefined;
  } catch {
    return undefined;
  }
}

/** A free-text tool travelled as a function with one string: its text again. */
function unwrapInput(text: string): string {
  const input = member(text, 'input');
  return typeof input === 'string' ? input : text;
}

/** A schema whose root is no object travelled inside `{"value": ...}`. */
function unwrapValue(text: string): string {
  const value = member(text, 'value');
  return value === undefined ? text : stringifyJson(value);
}

/** Gives calls their client's names and kinds back, and turns the hidden tool's arguments into text. */
class ToolRestoringMachine implements Machine<StreamEvent, StreamEvent> {
  private readonly calls = new Map<number, OpenCall>();
  private hiddenSeen = false;
  private otherSeen = false;

  constructor(private readonly restoration: Restoration) {}

  push(event: StreamEvent): StreamEvent[] {
    if (event.kind === 'finish') {
      const onlyHidden = this.hiddenSeen && !this.otherSeen && event.stop === 'tool';
      return [onlyHidden ? { ...event, stop: 'end' } : event];
    }
    if (event.kind === 'block-start' && event.content.kind === 'call')
      return [this.start(event.block, event.content)];
    if (!('block' in event)) return [event];
    const call = this.calls.get(event.block);
    return call ? this.continueCall(call, event) : [event];
  }

  end(): StreamEvent[] {
    return [];
  }

  private start(block: number, content: CallContent): StreamEvent {
    const { hiddenTool, tools } = this.restoration;
    if (hiddenTool?.name === content.name) {
      this.hiddenSeen = true;
      this.calls.set(block, {
        hidden: true,
        gather: hiddenTool.unwrapValue ? unwrapValue : undefined,
        text: '',
      });
      return { kind: 'block-start', block, content: { kind: 'text' } };
    }
    this.otherSeen = true;
    const original = tools?.get(content.name);
    if (!original) return { kind: 'block-start', block, content };
    const { name, namespace, custom } = original;
    if (custom) this.calls.set(block, { hidden: false, gather: unwrapInput, text: '' });
    const restored: CallContent = { ...content, name, tool: custom ? 'custom' : content.tool };
    return {
      kind: 'block-start',
      block,
      content: namespace === undefined ? restored : { ...restored, namespace },
    };
  }

  private continueCall(call: OpenCall, event: BlockEvent): StreamEvent[] {
    if (event.kind === 'block-end') {
      this.calls.delete(event.block);
      const text = call.gather && call.text !== '' ? call.gather(call.text) : '';
      return text === '' ? [event] : [this.say(call, event.block, text), event];
    }
    if (event.kind !== 'block-delta' || event.delta.kind !== 'arguments') return call.hidden ? [] : [event];
    if (!call.gather) return [this.say(call, event.block, event.delta.text)];
    call.text += event.delta.text;
    return [];
  }

  private say(call: OpenCall, block: number, text: string): StreamEvent {
    return { kind: 'block-delta', block, delta: { kind: call.hidden ? 'text' : 'arguments', text } };
  }
}

export const createToolRestoringMachine = (restoration: Restoration): Machine<StreamEvent, StreamEvent> =>
  new ToolRestoringMachine(restoration);
