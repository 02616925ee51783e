import type { JsonObject } from '@turnpike/kernel';
import { argumentsObject, type CallPart, type Signature } from '@turnpike/protocol';
import { VENDOR } from '../gemini-id';
import { writeRedacted, writeSignature } from '../wire';
import { showsThoughts, type GeminiAnswerView } from './gemini-view';

/** Ids travel untouched as long as they can be printed. */
export const GEMINI_CALL_ID = /^[\x21-\x7e]{1,128}$/;

/** A signature and the item it proves, where its vendor has items. */
interface Signed {
  readonly signature: Signature;
  readonly itemId?: string;
}

/**
 * Parts of one answer as its client gets them. A signature without text of its own rides on the next part that is
 * shown; a part holds one signature, so that one which finds its place taken gets an empty part.
 */
export class PartWriter {
  private rider: string | undefined;
  private readonly thoughts: boolean;

  constructor(
    view: GeminiAnswerView,
    private readonly newId: (upstreamId: string) => string,
  ) {
    this.thoughts = view.showReasoning ?? (view.request === undefined || showsThoughts(view.request));
  }

  /** `signature`: of this very text. Other vendors sign no text. */
  text(text: string, signature?: Signature): JsonObject[] {
    if (signature?.vendor === VENDOR) return [...this.flush(), { text, thoughtSignature: signature.value }];
    if (text === '') return [];
    return [{ text, ...this.takeRider() }];
  }

  thought(text: string): JsonObject[] {
    return text === '' || !this.thoughts ? [] : [{ text, thought: true }];
  }

  /** The signature of thought text that was written before, or of none. */
  signThought({ signature, itemId }: Signed, hasText: boolean): JsonObject[] {
    const thoughtSignature = writeSignature(signature, hasText ? 'thinking' : 'reasoning', itemId);
    if (hasText && this.thoughts) return [{ text: '', thought: true, thoughtSignature }];
    return this.ride(thoughtSignature);
  }

  wholeThought(text: string, { signature, itemId }: Partial<Signed>): JsonObject[] {
    const [part] = this.thought(text);
    if (!signature) return part ? [part] : [];
    if (!part) return this.signThought({ signature, itemId }, text !== '');
    return [{ ...part, thoughtSignature: writeSignature(signature, 'thinking', itemId) }];
  }

  redacted(data: string): JsonObject[] {
    return this.ride(writeRedacted(data));
  }

  call(call: Omit<CallPart, 'kind'>): JsonObject[] {
    const args = call.tool === 'custom' ? { input: call.args } : argumentsObject(call.args);
    const functionCall = { id: this.newId(call.id), name: call.name, args };
    if (!call.signature) return [{ functionCall, ...this.takeRider() }];
    return [...this.flush(), { functionCall, thoughtSignature: writeSignature(call.signature, 'call') }];
  }

  media(mimeType: string, data: string): JsonObject[] {
    return [...this.flush(), { inlineData: { mimeType, data } }];
  }

  /** A signature that still waits, as an empty part. */
  flush(): JsonObject[] {
    return this.rider === undefined ? [] : [{ text: '', ...this.takeRider() }];
  }

  private ride(signature: string): JsonObject[] {
    const earlier = this.flush();
    this.rider = signature;
    return earlier;
  }

  private takeRider(): JsonObject {
    const { rider } = this;
    this.rider = undefined;
    return rider === undefined ? {} : { thoughtSignature: rider };
  }
}
