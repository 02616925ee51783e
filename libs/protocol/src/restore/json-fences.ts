import { isTerminal } from '../stream/block-rules';
import type { StreamEvent } from '../stream/events';
import type { Machine } from '../stream/machine';

const OPENING = /^\s*```(?:json)?[ \t]*\r?\n/i;
/** A beginning that can still become an opening fence. */
const MAYBE_OPENING = /^\s*(?:`{0,2}|```(?:j|js|jso|json)?[ \t]*\r?)$/i;
const CLOSING = /\s*```\s*$/;
/** An end that can still become the closing fence. */
const MAYBE_CLOSING = /\s*`{0,3}\s*$/;

type Phase = 'undecided' | 'fenced' | 'plain';

/** Strips one fence around the whole of a text; the white space that may belong to it is held back. */
class FenceFilter {
  private phase: Phase = 'undecided';
  private held = '';

  push(text: string): string {
    if (this.phase === 'plain') return text;
    this.held += text;
    if (this.phase === 'undecided' && !this.decide()) return '';
    if (this.phase === 'fenced') {
      const said = this.held.slice(0, this.held.search(MAYBE_CLOSING));
      this.held = this.held.slice(said.length);
      return said;
    }
    return this.take();
  }

  end(): string {
    const rest = this.take();
    return this.phase === 'fenced' ? rest.replace(CLOSING, '') : rest;
  }

  private decide(): boolean {
    const opening = OPENING.exec(this.held);
    if (opening) {
      this.phase = 'fenced';
      this.held = this.held.slice(opening[0].length);
    } else if (!MAYBE_OPENING.test(this.held)) this.phase = 'plain';
    return this.phase !== 'undecided';
  }

  private take(): string {
    const text = this.held;
    this.held = '';
    return text;
  }
}

class FenceMachine implements Machine<StreamEvent, StreamEvent> {
  private readonly filters = new Map<number, FenceFilter>();

  push(event: StreamEvent): StreamEvent[] {
    if (event.kind === 'block-start' && event.content.kind === 'text') {
      this.filters.set(event.block, new FenceFilter());
      return [event];
    }
    if (isTerminal(event))
      return [...[...this.filters.keys()].flatMap((block) => this.finishBlock(block)), event];
    if (!('block' in event)) return [event];
    if (event.kind === 'block-end') return [...this.finishBlock(event.block), event];
    const filter = this.filters.get(event.block);
    if (!filter || event.kind !== 'block-delta' || event.delta.kind !== 'text') return [event];
    return say(event.block, filter.push(event.delta.text));
  }

  end(): StreamEvent[] {
    return [];
  }

  private finishBlock(block: number): StreamEvent[] {
    const text = this.filters.get(block)?.end() ?? '';
    this.filters.delete(block);
    return say(block, text);
  }
}

const say = (block: number, text: string): StreamEvent[] =>
  text === '' ? [] : [{ kind: 'block-delta', block, delta: { kind: 'text', text } }];

/** For answers whose JSON form was asked for in words: models like to wrap it. */
export const createFenceMachine = (): Machine<StreamEvent, StreamEvent> => new FenceMachine();
