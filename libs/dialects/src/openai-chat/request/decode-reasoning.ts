import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, isWrapped, readProof, type ReasoningPart } from '@turnpike/protocol';
import { objectsOf, textOf } from '../../answer';

const ANTHROPIC = 'anthropic';

/**
 * Vendor whose own value stands bare in a detail of this format. The others' come from a server that encrypts for itself
 * and wants its details back as they were: `raw` keeps them for it.
 */
const nativeVendor = (format: Json | undefined): string | undefined =>
  typeof format === 'string' && format.startsWith(ANTHROPIC) ? ANTHROPIC : undefined;

/** True: a detail that we made of what another vendor said. */
const isOurs = (detail: JsonObject): boolean =>
  isWrapped(detail.signature) || isWrapped(detail.data) || isWrapped(detail.id);

const itemIdOf = ({ id }: JsonObject): string | undefined => (isWrapped(id) ? undefined : textOf(id));

const rawOf = (detail: JsonObject): readonly Json[] | undefined => (isOurs(detail) ? undefined : [detail]);

/** `reasoning.encrypted`: thinking of Anthropic's that nobody may see, or what proves the summary before it. */
function decodeEncrypted(detail: JsonObject): ReasoningPart | undefined {
  const raw = rawOf(detail);
  const proof = readProof(textOf(detail.data), nativeVendor(detail.format));
  const own = proof.signature?.vendor === ANTHROPIC && !isWrapped(detail.data);
  if (own) return compact<ReasoningPart>({ kind: 'reasoning', redacted: proof.signature?.value, raw });
  if (!proof.signature && proof.redacted === undefined && !raw) return undefined;
  return compact<ReasoningPart>({ kind: 'reasoning', itemId: itemIdOf(detail), raw, ...proof });
}

function decodeDetail(detail: JsonObject): ReasoningPart | undefined {
  if (detail.type === 'reasoning.encrypted') return decodeEncrypted(detail);
  const raw = rawOf(detail);
  const text = textOf(detail.text) ?? textOf(detail.summary);
  const proof = readProof(textOf(detail.signature), nativeVendor(detail.format));
  if (text === undefined && !proof.signature && !raw) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text: text ?? '',
    itemId: itemIdOf(detail),
    raw,
    ...proof,
  });
}

/** True: what `detail` encrypts is the item that the summary before it tells. */
const provesSummary = (detail: JsonObject, before: JsonObject | undefined): boolean =>
  detail.type === 'reasoning.encrypted' &&
  before?.type === 'reasoning.summary' &&
  detail.index === before.index;

function decodeDetails(value: Json | undefined): ReasoningPart[] {
  const parts: ReasoningPart[] = [];
  let before: JsonObject | undefined;
  for (const detail of objectsOf(value)) {
    const part = decodeDetail(detail);
    const summary = provesSummary(detail, before) ? parts.at(-1) : undefined;
    if (part && summary)
      parts[parts.length - 1] = {
        ...part,
        ...summary,
        ...(part.signature && { signature: part.signature }),
        ...(summary.raw || part.raw ? { raw: [...(summary.raw ?? []), ...(part.raw ?? [])] } : {}),
      };
    else if (part) parts.push(part);
    before = detail;
  }
  return parts;
}

/** Blocks in Anthropic's own form, which some clients keep on assistant messages. */
function decodeThinkingBlock(block: JsonObject): ReasoningPart | undefined {
  if (block.type === 'redacted_thinking')
    return decodeEncrypted({ type: 'reasoning.encrypted', data: block.data, format: ANTHROPIC });
  const text = typeof block.thinking === 'string' ? block.thinking : undefined;
  if (text === undefined) return undefined;
  const { signature, redacted, itemId } = readProof(textOf(block.signature), ANTHROPIC);
  return compact<ReasoningPart>({ kind: 'reasoning', text, signature, redacted, itemId });
}

/** Plain text repeats what the details say; what it says more than they do came before them, and nobody signed it. */
function unsigned(plain: string | undefined, details: readonly ReasoningPart[]): ReasoningPart[] {
  const told = details.map((part) => part.text ?? '').join('');
  const more = plain?.endsWith(told) ? plain.slice(0, plain.length - told.length) : '';
  return more === '' ? [] : [{ kind: 'reasoning', text: more }];
}

/**
 * Reasoning that a client sends back with an assistant message, in whichever member it kept it. The richest form wins.
 * What is unreadable is left out: reasoning is a help, never a condition.
 */
export function decodeReasoning(message: JsonObject): ReasoningPart[] {
  const blocks = objectsOf(message.thinking_blocks)
    .map(decodeThinkingBlock)
    .filter((part) => part !== undefined);
  if (blocks.length > 0) return blocks;
  const plain = textOf(message.reasoning_content) ?? textOf(message.reasoning);
  const details = isObject(message.reasoning_details)
    ? [message.reasoning_details]
    : message.reasoning_details;
  const detailed = decodeDetails(details);
  return [...unsigned(plain, detailed), ...detailed];
}
