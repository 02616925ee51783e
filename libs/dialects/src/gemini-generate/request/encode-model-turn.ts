import type { JsonObject } from '@turnpike/kernel';
import {
  argumentsObject,
  compact,
  type CallPart,
  type Part,
  type ReasoningPart,
  type TextPart,
} from '@turnpike/protocol';
import { customArguments } from '../../schema';
import { SKIP_SIGNATURE } from '../wire';
import { encodeMedia } from './encode-media';
import { nativeMembers, ownSignature, sentId, type GeminiEncoding } from './gemini-encoding';
import { encodeOpaque } from './encode-opaque';

/** True: this target can take the reasoning back. The vendor shows thoughts without signing them. */
export function isSendable(part: ReasoningPart, encoding: GeminiEncoding): boolean {
  if (ownSignature(part.signature, encoding) !== undefined) return true;
  return encoding.sameDialect && part.text !== undefined && part.signature === undefined;
}

/** Parts of one model turn. A signature that stands alone belongs to the unsigned call behind it, else to an empty text. */
class ModelTurn {
  readonly parts: JsonObject[] = [];
  private waiting: string | undefined;
  private calls = 0;

  constructor(private readonly encoding: GeminiEncoding) {}

  add(part: Part): void {
    switch (part.kind) {
      case 'reasoning':
        return this.addThought(part);
      case 'call':
        return this.addCall(part);
      case 'text':
        return this.addText(part);
      case 'refusal':
        return this.put({ text: part.text });
      case 'opaque':
        encodeOpaque(part, this.encoding).forEach((encoded) => this.put(encoded));
        return;
      case 'result':
        return;
      default:
        return this.put(encodeMedia(part, this.encoding));
    }
  }

  end(): JsonObject[] {
    this.flush();
    return this.parts;
  }

  private put(part: JsonObject): void {
    this.flush();
    this.parts.push(part);
  }

  private flush(): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting !== undefined) this.parts.push({ text: '', thoughtSignature: waiting });
  }

  private addThought(part: ReasoningPart): void {
    const signature = ownSignature(part.signature, this.encoding);
    const signed = signature === undefined ? {} : { thoughtSignature: signature };
    if (part.text === undefined) {
      this.flush();
      this.waiting = signature;
      return;
    }
    const last = this.waiting === undefined ? this.parts.at(-1) : undefined;
    const said = last?.thought === true && last.thoughtSignature === undefined ? last.text : undefined;
    if (typeof said !== 'string') return this.put({ text: part.text, thought: true, ...signed });
    // Pieces of one thought: the last of them is the one that is signed.
    this.parts[this.parts.length - 1] = { text: said + part.text, thought: true, ...signed };
  }

  private addText(part: TextPart): void {
    if (part.text === '') return;
    const signature = ownSignature(part.signature, this.encoding);
    const native = nativeMembers(part.native, this.encoding);
    this.put({ text: part.text, ...(signature ? { thoughtSignature: signature } : {}), ...native });
  }

  private addCall(call: CallPart): void {
    const { encoding } = this;
    const name = encoding.names.wireName(call);
    const id = sentId(call, encoding);
    encoding.calls.set(call.id, { name, id });
    const args = call.tool === 'custom' ? customArguments(call.args) : argumentsObject(call.args);
    const functionCall = compact<JsonObject>({ name, args, ...nativeMembers(call.native, encoding), id });
    const signature = this.signatureOf(call);
    this.put({ functionCall, ...(signature ? { thoughtSignature: signature } : {}) });
  }

  /** The first call of a turn has to be signed: where nobody has a signature, the vendor's word for that stands in. */
  private signatureOf(call: CallPart): string | undefined {
    const first = this.calls++ === 0;
    const own = ownSignature(call.signature, this.encoding);
    if (own !== undefined) return own;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting !== undefined) return waiting;
    return first && this.encoding.capabilities.signedCalls !== false ? SKIP_SIGNATURE : undefined;
  }
}

export function encodeModelParts(parts: readonly Part[], encoding: GeminiEncoding): JsonObject[] {
  const turn = new ModelTurn(encoding);
  parts.forEach((part) => turn.add(part));
  return turn.end();
}
