import type { JsonObject } from '@turnpike/kernel';
import type { BlockContent, ChoiceEvent, StopDetails, StopReason } from '@turnpike/protocol';
import { VENDOR } from '../gemini-id';
import { readFinishMessage, readFinishReason, settleGeminiStop } from '../response/gemini-stop';
import { citationsWithin, readSupports } from '../response/grounding';
import { continues, PartReader, type SaidPart, type SaidText } from '../response/read-parts';

interface OpenPart {
  readonly block: number;
  readonly kind: SaidPart['kind'];
  /** Length of the candidate's text when the block began. */
  readonly from: number;
}

/** One candidate of a streamed answer as its chunks come. Parts are whole: only neighbouring text and thoughts grow together. */
export class CandidateReader {
  stop: StopReason | undefined;
  stopDetails: StopDetails | undefined;
  private readonly reader: PartReader;
  private blocks = 0;
  private calls = 0;
  private open: OpenPart | undefined;
  private text = '';

  /** `vendor`: whose signatures these are. */
  constructor(vendor: string) {
    this.reader = new PartReader(vendor);
  }

  push(candidate: JsonObject): ChoiceEvent[] {
    const out: ChoiceEvent[] = [];
    for (const part of this.reader.read(candidate)) this.say(part, out);
    if (candidate.groundingMetadata) this.cite(candidate, out);
    this.stop ??= readFinishReason(candidate.finishReason);
    this.stopDetails ??= readFinishMessage(this.stop, candidate.finishMessage);
    return out;
  }

  /** Closes what is open and says how it ended. */
  finish(stop: StopReason): ChoiceEvent[] {
    const { stopDetails } = this;
    const finish: ChoiceEvent = { kind: 'finish', stop: settleGeminiStop(stop, this.calls) };
    return [...this.close(), stopDetails ? { ...finish, stopDetails } : finish];
  }

  private say(part: SaidPart, out: ChoiceEvent[]): void {
    if ('text' in part) return this.sayText(part, out);
    out.push(...this.close());
    const block = this.blocks++;
    if (part.kind === 'call') this.calls++;
    out.push({ kind: 'block-start', block, content: contentOf(part) });
    if (part.kind === 'call' && part.args !== '{}')
      out.push({ kind: 'block-delta', block, delta: { kind: 'arguments', text: part.args } });
    out.push({ kind: 'block-end', block });
  }

  private sayText(part: SaidText, out: ChoiceEvent[]): void {
    const { kind, text, signature } = part;
    if (!continues(part, this.open?.kind)) {
      out.push(...this.close());
      this.open = { block: this.blocks++, kind, from: this.text.length };
      out.push({ kind: 'block-start', block: this.open.block, content: { kind } });
    }
    const block = this.open?.block ?? 0;
    const sign: ChoiceEvent[] = signature
      ? [{ kind: 'block-delta', block, delta: { kind: 'signature', signature } }]
      : [];
    if (kind === 'text') {
      this.text += text;
      out.push(...sign);
    }
    if (text !== '') out.push({ kind: 'block-delta', block, delta: { kind, text } });
    if (kind === 'reasoning') out.push(...sign);
    if (signature) out.push(...this.close());
  }

  private cite(candidate: JsonObject, out: ChoiceEvent[]): void {
    if (this.open?.kind !== 'text') return;
    const { block, from } = this.open;
    const supports = readSupports(candidate.groundingMetadata, this.text);
    const citations = citationsWithin(supports, from, this.text.length);
    if (citations.length > 0)
      out.push({ kind: 'block-delta', block, delta: { kind: 'citations', citations } });
  }

  private close(): ChoiceEvent[] {
    const { open } = this;
    this.open = undefined;
    return open ? [{ kind: 'block-end', block: open.block }] : [];
  }
}

function contentOf(part: Exclude<SaidPart, SaidText>): BlockContent {
  switch (part.kind) {
    case 'media':
      return part;
    case 'opaque':
      return { kind: 'opaque', vendor: VENDOR, raw: part.raw };
    case 'call': {
      const { id, name, tool, signature } = part;
      return { kind: 'call', id, name, tool, ...(signature ? { signature } : {}) };
    }
  }
}
