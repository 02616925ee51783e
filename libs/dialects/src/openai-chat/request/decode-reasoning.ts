import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, unwrapSignature, type ReasoningPart, type Signature } from '@turnpike/protocol';

/** Vendor whose account signed a detail, by its `format`; without one it is nobody's we know. */
function vendorOfFormat(format: Json | undefined): string | undefined {
  if (typeof format !== 'string') return undefined;
  return /^(anthropic|openai|google|xai)/.exec(format)?.[1];
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** A signature as it came: wrapped by us, or raw with a format that names its vendor. */
function readSignature(value: string | undefined, format: Json | undefined): Signature | undefined {
  if (value === undefined) return undefined;
  const wrapped = unwrapSignature(value);
  if (wrapped)
    return wrapped.kind === 'unsigned' ? undefined : { vendor: wrapped.vendor, value: wrapped.value };
  const vendor = vendorOfFormat(format);
  return vendor === undefined ? undefined : { vendor, value };
}

function decodeEncrypted(detail: JsonObject): ReasoningPart | undefined {
  const data = textOf(detail.data);
  if (data === undefined) return undefined;
  const itemId = textOf(detail.id);
  const signature = readSignature(data, detail.format);
  if (!signature) return undefined;
  return signature.vendor === 'anthropic'
    ? compact<ReasoningPart>({ kind: 'reasoning', redacted: signature.value, itemId })
    : compact<ReasoningPart>({ kind: 'reasoning', signature, itemId });
}

function decodeDetail(detail: Json): ReasoningPart | undefined {
  if (!isObject(detail)) return undefined;
  if (detail.type === 'reasoning.encrypted') return decodeEncrypted(detail);
  const text = textOf(detail.text) ?? textOf(detail.summary);
  const signature = readSignature(textOf(detail.signature), detail.format);
  if (text === undefined && !signature) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text: text ?? '',
    signature,
    itemId: textOf(detail.id),
  });
}

/** Blocks in Anthropic's own form, which some clients keep on assistant messages. */
function decodeThinkingBlock(block: Json): ReasoningPart | undefined {
  if (!isObject(block)) return undefined;
  if (block.type === 'redacted_thinking') return decodeEncrypted({ data: block.data, format: 'anthropic' });
  const text = typeof block.thinking === 'string' ? block.thinking : undefined;
  if (text === undefined) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text,
    signature: readSignature(textOf(block.signature), 'anthropic'),
  });
}

const decodeList = (
  value: Json | undefined,
  decode: (item: Json) => ReasoningPart | undefined,
): ReasoningPart[] => (Array.isArray(value) ? value : []).map(decode).filter((part) => part !== undefined);

/**
 * Reasoning that a client sends back with an assistant message, in whichever member it kept it. The richest form wins:
 * the plain text repeats what the details say. What is unreadable is left out: reasoning is a help, never a condition.
 */
export function decodeReasoning(message: JsonObject): ReasoningPart[] {
  const blocks = decodeList(message.thinking_blocks, decodeThinkingBlock);
  if (blocks.length > 0) return blocks;
  const details = decodeList(message.reasoning_details, decodeDetail);
  const raw = Array.isArray(message.reasoning_details) ? message.reasoning_details : undefined;
  const [first, ...others] = details;
  if (first) return [{ ...first, ...(raw ? { raw } : {}) }, ...others];
  const text = textOf(message.reasoning_content) ?? textOf(message.reasoning);
  if (text === undefined && !raw?.length) return [];
  return [compact<ReasoningPart>({ kind: 'reasoning', text, raw: raw?.length ? raw : undefined })];
}
