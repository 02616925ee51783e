import { isTerminal } from '../stream/block-rules';
import type { StreamEvent } from '../stream/events';
import type { Machine } from '../stream/machine';

const OPENING = /^\s*```(?:json)?[ \t]*\r?\n/i;
/** A beginning that can still become an opening fence. */
const MAYBE_OPENING = /^\s*(?:`{0,2}|```(?:j|js|jso|json)?[ \t]*\r?)$/i;
/** More white space than this belongs to no fence. Keeps what is held, and looked at again, short. */
const MOST_SPACE = 1_024;
const FENCE = '```';

/**
 * Where an end begins that is, or can still become, the closing fence: white space, up to three backticks, white space.
 * Walked from the back: a pattern for it takes cubic time on white space.
 */
function closingStart(text: string): number {
  const beforeSpace = text.trimEnd();
  let ticks = 0;
  while (ticks < FENCE.length && beforeSpace.endsWith('`', beforeSpace.length - ticks)) ticks++;
  return beforeSpace.slice(0, beforeSpace.length - ticks).trimEnd().length;
}

/** The text without its closing fence, when it has one. */
function withoutClosing(text: string): string {
  const before = text.trimEnd();
  return before.endsWith(FENCE) ? before.slice(0, -FENCE.length).trimEnd() : text;
}

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
      const start = closingStart(this.held);
      const said = this.held.slice(0, Math.max(start, this.held.length - MOST_SPACE));
      this.held = this.held.slice(said.length);
      return said;
    }
    return this.take();
  }

  end(): string {
    const rest = this.take();
    return this.phase === 'fenced' ? withoutClosing(rest) : rest;
  }

  private decide(): boolean {
    const opening = OPENING.exec(this.held);
    if (opening) {
      this.phase = 'fenced';
      this.held = this.held.slice(opening[0].length);
    } else if (this.held.length > MOST_SPACE || !MAYBE_OPENING.test(this.held)) this.phase = 'plain';
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
