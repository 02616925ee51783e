import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  normaliseTurns,
  partText,
  systemReminder,
  type OpaquePart,
  type Part,
  type ResultPart,
  type Turn,
} from '@turnpike/protocol';
import { CACHED_CONTENT } from './decode-gemini-request';
import { encodeMedia } from './encode-media';
import { encodeModelParts, isSendable } from './encode-model-turn';
import { encodeOpaque } from './encode-opaque';
import { encodeResults } from './encode-results';
import { nativeMembers, unsupported, type GeminiEncoding } from './gemini-encoding';

const isStored = (part: Part): part is OpaquePart =>
  part.kind === 'opaque' && isObject(part.raw) && part.raw.type === CACHED_CONTENT;

/** Name of the stored beginning of the conversation, for its own account. */
export function storedContent({ request, sameDialect }: GeminiEncoding): JsonObject {
  const part = request.turns.flatMap((turn) => turn.parts).find(isStored);
  return sameDialect && isObject(part?.raw) ? { cachedContent: part.raw.name } : {};
}

/** What cannot be said to this target goes before turns are put in order: a turn may consist of nothing else. */
function sendable(turn: Turn, encoding: GeminiEncoding): Turn {
  const parts = turn.parts.filter((part) => {
    if (encoding.sameDialect && isStored(part)) return false;
    if (part.kind === 'reasoning') {
      const kept = isSendable(part, encoding);
      if (!kept) encoding.losses.dropped('reasoning');
      return kept;
    }
    const lost =
      part.kind === 'opaque' && !encoding.sameDialect && !part.essential && part.text === undefined;
    if (lost) encoding.losses.dropped('vendor_block');
    return !lost;
  });
  return parts.length === turn.parts.length ? turn : { ...turn, parts };
}

function encodeUserPart(part: Part, encoding: GeminiEncoding): JsonObject[] {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? [] : [{ text: part.text, ...nativeMembers(part.native, encoding) }];
    case 'opaque':
      return encodeOpaque(part, encoding);
    case 'image':
    case 'audio':
    case 'video':
    case 'file':
      return [encodeMedia(part, encoding)];
    default: {
      const text = partText(part);
      return text === undefined || text === '' ? [] : [{ text }];
    }
  }
}

function encodeTurn(turn: Turn, encoding: GeminiEncoding): JsonObject {
  const native = nativeMembers(turn.native, encoding);
  if (turn.role === 'assistant')
    return { role: 'model', parts: encodeModelParts(turn.parts, encoding), ...native };
  const results = turn.parts.filter((part): part is ResultPart => part.kind === 'result');
  const others = turn.parts.filter((part) => part.kind !== 'result' && part.kind !== 'reasoning');
  const parts = [
    ...encodeResults(results, encoding),
    ...others.flatMap((part) => encodeUserPart(part, encoding)),
  ];
  return { role: 'user', parts, ...native };
}

function checkPrefill({ capabilities, sameDialect, target }: GeminiEncoding): void {
  if (capabilities.prefill ?? sameDialect) return;
  unsupported(
    `Assistant prefill is not supported by this model (${target.model}): the last message must not be the assistant's.`,
    'contents',
  );
}

/** A model that takes no system prompt hears it as the first words of the user. */
function systemAsTurn({ request, capabilities }: GeminiEncoding): Turn[] {
  return capabilities.systemRole === 'none' && request.system.length > 0
    ? [{ role: 'user', parts: request.system }]
    : [];
}

/** `contents`. @throws GatewayError unsupported_content for what the target cannot be told. */
export function encodeContents(encoding: GeminiEncoding): JsonObject[] {
  const told = [...systemAsTurn(encoding), ...encoding.request.turns];
  const placed = told.map((turn) => systemReminder(sendable(turn, encoding)));
  const turns = normaliseTurns(placed, { merge: true, trimBlank: false, startWithUser: true });
  if (turns.at(-1)?.role === 'assistant') checkPrefill(encoding);
  // The caller's question may be nothing but an empty text.
  const contents = turns.map((turn) => encodeTurn(turn, encoding));
  return contents.map((content) =>
    Array.isArray(content.parts) && content.parts.length === 0
      ? { ...content, parts: [{ text: '' }] }
      : content,
  );
}
