import { isTerminal } from '../stream/block-rules';
import type { StreamEvent } from '../stream/events';
import type { Machine } from '../stream/machine';
import { partialMatch } from './partial-match';
import { SYNTHETIC_BLOCKS } from './synthetic-blocks';

/** More white space than this before a tag is no beginning of one; keeps what is held short. */
const MOST_SPACE = 1_024;

type Phase = 'waiting' | 'undecided' | 'thinking' | 'over';

/**
 * Text that opens with `<tag>` is reasoning up to `</tag>`. Only the first text block is looked at and only its
 * beginning decides; at most a possible tag is held back. One newline behind each tag goes with it.
 */
class ThinkTagMachine implements Machine<StreamEvent, StreamEvent> {
  private readonly open: string;
  private readonly close: string;
  private readonly reasoning = SYNTHETIC_BLOCKS.thinkTag;
  private phase: Phase = 'waiting';
  private block = -1;
  private held = '';
  private trimNewline = false;
  private reasoningOpen = false;
  private textOpen = false;

  /** `opened`: the tag stood in the prompt; written once more it is taken all the same. */
  constructor(
    tag: string,
    private readonly opened: boolean,
  ) {
    this.open = `<${tag}>`;
    this.close = `</${tag}>`;
  }

  push(event: StreamEvent): StreamEvent[] {
    if (this.phase === 'waiting' && event.kind === 'block-start' && event.content.kind === 'text') {
      this.block = event.block;
      this.phase = 'undecided';
      return [];
    }
    if ('block' in event && event.block === this.block) return this.pushBlock(event);
    return isTerminal(event) ? [...this.flush(), event] : [event];
  }

  end(): StreamEvent[] {
    return [];
  }

  private pushBlock(event: Extract<StreamEvent, { readonly block: number }>): StreamEvent[] {
    if (event.kind === 'block-delta' && event.delta.kind === 'text') return this.pushText(event.delta.text);
    if (event.kind !== 'block-end') return this.phase === 'over' ? [...this.openText(), event] : [];
    const out = this.flush();
    if (this.reasoningOpen) out.push({ kind: 'block-end', block: this.reasoning });
    if (this.textOpen) out.push(event);
    this.reasoningOpen = false;
    this.textOpen = false;
    this.phase = 'over';
    this.block = -1;
    return out;
  }

  private pushText(text: string): StreamEvent[] {
    if (this.phase === 'over') return this.sayText(text);
    this.held += text;
    return this.phase === 'undecided' ? this.decide() : this.think();
  }

  private decide(): StreamEvent[] {
    const opening = this.held.trimStart();
    if (opening.startsWith(this.open)) {
      this.phase = 'thinking';
      this.trimNewline = true;
      this.held = opening.slice(this.open.length);
      return this.think();
    }
    if (this.open.startsWith(opening) && this.held.length <= MOST_SPACE) return [];
    if (this.opened) {
      this.phase = 'thinking';
      return this.think();
    }
    this.phase = 'over';
    return this.sayText(this.takeHeld());
  }

  private think(): StreamEvent[] {
    const at = this.held.indexOf(this.close);
    if (at < 0) {
      const keep = partialMatch(this.held, this.close);
      const said = this.held.slice(0, this.held.length - keep);
      this.held = this.held.slice(said.length);
      return this.sayReasoning(said);
    }
    const rest = this.held.slice(at + this.close.length);
    const out = this.sayReasoning(this.held.slice(0, at));
    if (this.reasoningOpen) out.push({ kind: 'block-end', block: this.reasoning });
    this.reasoningOpen = false;
    this.held = '';
    this.phase = 'over';
    this.trimNewline = true;
    return [...out, ...this.sayText(rest)];
  }

  /** What was held back turns out to be what it looked like. */
  private flush(): StreamEvent[] {
    if (this.phase === 'undecided' && !this.opened) return this.sayText(this.takeHeld());
    return this.phase === 'thinking' || this.phase === 'undecided' ? this.sayReasoning(this.takeHeld()) : [];
  }

  private takeHeld(): string {
    const held = this.held;
    this.held = '';
    return held;
  }

  private trimmed(text: string): string {
    if (!this.trimNewline || text === '') return text;
    this.trimNewline = false;
    return text.startsWith('\n') ? text.slice(1) : text;
  }

  private openText(): StreamEvent[] {
    if (this.textOpen) return [];
    this.textOpen = true;
    return [{ kind: 'block-start', block: this.block, content: { kind: 'text' } }];
  }

  private sayText(text: string): StreamEvent[] {
    const said = this.trimmed(text);
    if (said === '') return [];
    return [
      ...this.openText(),
      { kind: 'block-delta', block: this.block, delta: { kind: 'text', text: said } },
    ];
  }

  private sayReasoning(text: string): StreamEvent[] {
    const said = this.trimmed(text);
    if (said === '') return [];
    const out: StreamEvent[] = [];
    if (!this.reasoningOpen)
      out.push({ kind: 'block-start', block: this.reasoning, content: { kind: 'reasoning' } });
    this.reasoningOpen = true;
    out.push({ kind: 'block-delta', block: this.reasoning, delta: { kind: 'reasoning', text: said } });
    return out;
  }
}

export const createThinkTagMachine = (tag: string, opened = false): Machine<StreamEvent, StreamEvent> =>
  new ThinkTagMachine(tag, opened);

/**
 * In a whole answer the opening tag may be missing, where the chat template had written it into the prompt: then all
 * text before the closing tag is reasoning. A stream cannot know that in time, but by `opened`.
 */
export function addMissingOpening(text: string, tag: string): string {
  const close = text.indexOf(`</${tag}>`);
  if (close < 0) return text;
  const open = text.indexOf(`<${tag}>`);
  return open >= 0 && open < close ? text : `<${tag}>${text}`;
}
