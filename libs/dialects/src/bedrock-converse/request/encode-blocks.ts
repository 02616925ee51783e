import type { JsonObject } from '@turnpike/kernel';
import {
  argumentsObject,
  type CacheMark,
  type CallPart,
  type MediaPart,
  type Part,
  type ResultPart,
  type Turn,
} from '@turnpike/protocol';
import { customArguments } from '../../schema';
import { isMedia, omittedMedia, partWords } from '../../upstream-only';
import { cachePoint, encodeReasoning, type ConverseEncoding } from './converse-encoding';
import { encodeMedia } from './encode-media';

const NO_OUTPUT = '(no output)';

const textBlock = (text: string | undefined): JsonObject[] =>
  text === undefined || text.trim() === '' ? [] : [{ text }];

function encodeCall(call: CallPart, { names }: ConverseEncoding): JsonObject {
  const input = call.tool === 'custom' ? customArguments(call.args) : argumentsObject(call.args);
  return { toolUse: { toolUseId: call.id, name: names.wireName(call), input } };
}

/** A model without vision has to live with a tool that shows it a picture: the conversation goes on. */
function omitted({ kind }: MediaPart, { capabilities }: ConverseEncoding): string | undefined {
  if (kind === 'image' && capabilities.images === false) return '[image omitted: model has no vision]';
  if (kind === 'file' && capabilities.documents === false) return '[document omitted: model takes none]';
  return undefined;
}

function encodeResultPart(part: Part, encoding: ConverseEncoding): JsonObject[] {
  const placeholder = isMedia(part) ? omitted(part, encoding) : undefined;
  if (placeholder === undefined) return encodePart(part, encoding);
  encoding.losses.dropped(part.kind);
  return [{ text: placeholder }];
}

function encodeResult(result: ResultPart, encoding: ConverseEncoding): JsonObject {
  const content = result.parts.flatMap((part) => encodeResultPart(part, encoding));
  const toolResult: JsonObject = {
    toolUseId: result.callId,
    content: content.length === 0 ? [{ text: NO_OUTPUT }] : content,
  };
  if (result.isError === true) toolResult.status = 'error';
  return { toolResult };
}

/** The blocks of one part without its cache mark; none when nothing of it can be said to this target. */
function encodePart(part: Part, encoding: ConverseEncoding): JsonObject[] {
  switch (part.kind) {
    case 'reasoning': {
      const block = encodeReasoning(part, encoding);
      return block ? [block] : [];
    }
    case 'call':
      return [encodeCall(part, encoding)];
    case 'result':
      return [encodeResult(part, encoding)];
    case 'image':
    case 'audio':
    case 'video':
    case 'file':
      return [encodeMedia(part, encoding)];
    default:
      return textBlock(partWords(part, encoding));
  }
}

const isText = (block: JsonObject): boolean => typeof block.text === 'string';

/** A result holds no breakpoints: that of its last part ends where the result does. */
function markOf(part: Part): CacheMark | undefined {
  const last = part.kind === 'result' && part.cache === undefined ? part.parts.at(-1) : part;
  return last && 'cache' in last ? last.cache : undefined;
}

/** A breakpoint stands behind what it marks; behind nothing there is none. */
const marked = (blocks: JsonObject[], part: Part, encoding: ConverseEncoding): JsonObject[] =>
  blocks.length === 0 ? blocks : [...blocks, ...cachePoint(markOf(part), encoding)];

const isPoint = (block: JsonObject | undefined): boolean => block?.cachePoint !== undefined;

/** Nothing may stand between results: a breakpoint behind one of them goes behind the last, where one is enough. */
function keepResultsTogether(blocks: JsonObject[]): JsonObject[] {
  const end = blocks.findLastIndex((block) => block.toolResult !== undefined) + 1;
  const between = blocks.slice(0, end).filter(isPoint);
  if (between.length === 0) return blocks;
  const results = blocks.slice(0, end).filter((block) => !isPoint(block));
  return [...results, ...(isPoint(blocks[end]) ? [] : between.slice(-1)), ...blocks.slice(end)];
}

function encodeUser(parts: readonly Part[], encoding: ConverseEncoding): JsonObject[] {
  const said = parts.flatMap((part) => marked(encodePart(part, encoding), part, encoding));
  const blocks = keepResultsTogether(said);
  // A document is refused where no text stands beside it.
  const lonely = blocks.some((block) => block.document !== undefined) && !blocks.some(isText);
  return lonely ? [...blocks, { text: '.' }] : blocks;
}

function encodeAssistant(parts: readonly Part[], encoding: ConverseEncoding): JsonObject[] {
  return parts.flatMap((part) => {
    const blocks = isMedia(part) ? textBlock(omittedMedia(part, encoding)) : encodePart(part, encoding);
    return marked(blocks, part, encoding);
  });
}

/** The message of a turn. */
export const encodeTurn = ({ role, parts }: Turn, encoding: ConverseEncoding): JsonObject => ({
  role,
  content: role === 'assistant' ? encodeAssistant(parts, encoding) : encodeUser(parts, encoding),
});
