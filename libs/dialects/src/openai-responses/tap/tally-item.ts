import type { JsonObject } from '@turnpike/kernel';
import { objectsOf, textOf } from '../../answer';
import { argumentText, isCall, reasoningText } from '../response/read-items';

/** What one output item says, for metering. */
export interface ItemTally {
  /** Text, reasoning, refusal, media, a call or an item of the vendor's own is there. */
  readonly content: boolean;
  readonly call: boolean;
  readonly refusal: boolean;
  /** Bytes (UTF-8) of text, reasoning and arguments. */
  readonly textBytes: number;
}

const NOTHING: ItemTally = { content: false, call: false, refusal: false, textBytes: 0 };

function tallyMessage(item: JsonObject): ItemTally {
  const parts = objectsOf(item.content);
  const texts = parts.map((part) => textOf(part.text) ?? textOf(part.refusal) ?? '');
  if (typeof item.content === 'string') texts.push(item.content);
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const refusal = parts.some((part) => textOf(part.refusal) !== undefined);
  return { content: textBytes > 0, call: false, refusal, textBytes };
}

export function tallyItem(item: JsonObject): ItemTally {
  if (isCall(item.type)) {
    const call = textOf(item.name) !== undefined;
    return { content: call, call, refusal: false, textBytes: Buffer.byteLength(argumentText(item)) };
  }
  switch (item.type) {
    case 'message':
      return tallyMessage(item);
    case 'reasoning': {
      const textBytes = Buffer.byteLength(reasoningText(item));
      return { ...NOTHING, content: textBytes > 0, textBytes };
    }
    default:
      // Pictures, and what only the vendor and its clients understand: shells, searches, patches.
      return { ...NOTHING, content: textOf(item.type) !== undefined };
  }
}
