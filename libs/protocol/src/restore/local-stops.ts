import { isTerminal } from '../stream/block-rules';
import type { StreamEvent } from '../stream/events';
import type { Machine } from '../stream/machine';
import { partialMatch } from './partial-match';

interface Match {
  readonly at: number;
  readonly stop: string;
}

/** The stop sequence that is complete first, whatever the chunks were. */
function firstMatch(text: string, stops: readonly string[]): Match | undefined {
  let best: Match | undefined;
  for (const stop of stops) {
    const at = text.indexOf(stop);
    if (at < 0) continue;
    const end = at + stop.length;
    const bestEnd = best ? best.at + best.stop.length : Infinity;
    if (end < bestEnd || (end === bestEnd && at < (best?.at ?? Infinity))) best = { at, stop };
  }
  return best;
}

/**
 * Enforces stop sequences that the upstream cannot: text ends before the match and nothing is shown after it. The
 * upstream is read to its end all the same, because its usage comes last.
 */
class LocalStopMachine implements Machine<StreamEvent, StreamEvent> {
  private readonly held = new Map<number, string>();
  private readonly open = new Set<number>();
  private stopped: string | undefined;

  constructor(private readonly stops: readonly string[]) {}

  push(event: StreamEvent): StreamEvent[] {
    if (this.stopped !== undefined) return this.pushStopped(event, this.stopped);
    if (event.kind === 'block-start') {
      this.open.add(event.block);
      if (event.content.kind === 'text') this.held.set(event.block, '');
      return [event];
    }
    if (event.kind === 'block-end') {
      this.open.delete(event.block);
      return [...this.flush(event.block), event];
    }
    if (event.kind === 'block-delta' && event.delta.kind === 'text')
      return this.pushText(event.block, event.delta.text);
    return isTerminal(event)
      ? [...[...this.held.keys()].flatMap((block) => this.flush(block)), event]
      : [event];
  }

  end(): StreamEvent[] {
    return [];
  }

  /** The answer is whole at the match: what befalls the rest of it does not matter. */
  private pushStopped(event: StreamEvent, stopSequence: string): StreamEvent[] {
    if (event.kind === 'usage') return [event];
    return isTerminal(event) ? [{ kind: 'finish', stop: 'stop_sequence', stopSequence }] : [];
  }

  private pushText(block: number, text: string): StreamEvent[] {
    const all = (this.held.get(block) ?? '') + text;
    const match = firstMatch(all, this.stops);
    if (match) {
      this.stopped = match.stop;
      const ends = [...this.open].map((id): StreamEvent => ({ kind: 'block-end', block: id }));
      return [...say(block, all.slice(0, match.at)), ...ends];
    }
    const keep = Math.max(...this.stops.map((stop) => partialMatch(all, stop)));
    this.held.set(block, all.slice(all.length - keep));
    return say(block, all.slice(0, all.length - keep));
  }

  private flush(block: number): StreamEvent[] {
    const text = this.held.get(block) ?? '';
    this.held.delete(block);
    return say(block, text);
  }
}

const say = (block: number, text: string): StreamEvent[] =>
  text === '' ? [] : [{ kind: 'block-delta', block, delta: { kind: 'text', text } }];

/** `stops` holds no empty text. */
export const createLocalStopMachine = (stops: readonly string[]): Machine<StreamEvent, StreamEvent> =>
  new LocalStopMachine(stops);
