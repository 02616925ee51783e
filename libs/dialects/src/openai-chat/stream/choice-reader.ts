import type { Json, JsonObject } from '@turnpike/kernel';
import type { ChoiceEvent, StopReason } from '@turnpike/protocol';
import { listOf, objectOf } from '../../answer';
import { readFinishReason, readMatchedStop, settleStop } from '../response/chat-stop';
import { PieceReader, readCalls, readImages, type Piece } from '../response/read-said';
import { DetailGatherer } from '../response/reasoning-details';
import { CallSlots } from './call-slots';

interface OpenPiece {
  readonly block: number;
  readonly kind: Piece['kind'];
  /** What was thought so far; nothing for other kinds. */
  text: string;
}

/** One choice of a streamed answer as its deltas come. */
export class ChoiceReader {
  stop: StopReason | undefined;
  private blocks = 0;
  private readonly calls = new CallSlots(() => this.blocks++);
  private readonly pieces = new PieceReader();
  private readonly details: DetailGatherer;
  private open: OpenPiece | undefined;
  private matched: string | undefined;
  private refused = false;

  /** `vendor`: whose signatures these are. */
  constructor(private readonly vendor: string) {
    this.details = new DetailGatherer(vendor);
  }

  push(choice: JsonObject): ChoiceEvent[] {
    const delta = objectOf(choice.delta) ?? objectOf(choice.message) ?? {};
    const out: ChoiceEvent[] = [];
    this.details.push(delta);
    for (const piece of this.pieces.read(delta)) this.say(piece, out);
    if (delta.annotations) out.push(...this.cite(listOf(delta.annotations)));
    for (const { mimeType, data } of readImages(delta)) {
      const block = this.blocks++;
      out.push(...this.closeOpen(), {
        kind: 'block-start',
        block,
        content: { kind: 'media', mimeType, data },
      });
      out.push({ kind: 'block-end', block });
    }
    for (const fragment of readCalls(delta, this.vendor))
      out.push(...this.closeOpen(), ...this.calls.push(fragment));
    this.matched ??= readMatchedStop(choice);
    this.stop ??= readFinishReason(choice);
    return out;
  }

  /** Closes what is open and says how it ended. undefined: a call with arguments never got a name. */
  finish(stop: StopReason): ChoiceEvent[] | undefined {
    const calls = this.calls.close();
    if (!calls) return undefined;
    const said = {
      wholeCalls: this.calls.wholeCount,
      calls: this.calls.count,
      refusal: this.refused,
      matched: this.matched,
    };
    return [...this.closeOpen(), ...calls, { kind: 'finish', ...settleStop(stop, said) }];
  }

  private say({ kind, text }: Piece, out: ChoiceEvent[]): void {
    if (this.open?.kind !== kind) {
      out.push(...(kind === 'reasoning' ? this.endOpen() : this.closeOpen()));
      this.open = { block: this.blocks++, kind, text: '' };
      out.push({ kind: 'block-start', block: this.open.block, content: { kind } });
    }
    if (kind === 'refusal') this.refused = true;
    if (kind === 'reasoning') this.open.text += text;
    out.push({ kind: 'block-delta', block: this.open.block, delta: { kind, text } });
  }

  private cite(citations: readonly Json[]): ChoiceEvent[] {
    if (citations.length === 0 || this.open?.kind !== 'text') return [];
    return [{ kind: 'block-delta', block: this.open.block, delta: { kind: 'citations', citations } }];
  }

  /** Ends the open block. Details that belong to no thought that was shown are a thought of their own. */
  private closeOpen(): ChoiceEvent[] {
    const out = this.endOpen();
    if (!this.details.waiting) return out;
    const block = this.blocks++;
    out.push({ kind: 'block-start', block, content: { kind: 'reasoning' } }, ...this.prove(block, ''));
    out.push({ kind: 'block-end', block });
    return out;
  }

  private endOpen(): ChoiceEvent[] {
    const { open } = this;
    if (!open) return [];
    this.open = undefined;
    const proof = open.kind === 'reasoning' ? this.prove(open.block, open.text) : [];
    return [...proof, { kind: 'block-end', block: open.block }];
  }

  private prove(block: number, text: string): ChoiceEvent[] {
    const signature = this.details.take(text);
    return signature ? [{ kind: 'block-delta', block, delta: { kind: 'signature', signature } }] : [];
  }
}
