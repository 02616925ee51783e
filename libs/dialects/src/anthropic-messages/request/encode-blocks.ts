import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  argumentsObject,
  partText,
  writeCacheMark,
  type CallPart,
  type OpaquePart,
  type Part,
  type ResultPart,
  type Turn,
} from '@turnpike/protocol';
import { vendorCitations } from '../response/write-blocks';
import { customArguments } from '../../schema';
import { encodeMedia, unsupported } from './encode-media';
import { encodeThinkingBlock, type MessagesEncoding } from './messages-encoding';

const marked = (block: JsonObject, part: Part): JsonObject =>
  'cache' in part && part.cache ? { ...block, cache_control: writeCacheMark(part.cache) } : block;

const textBlock = (text: string): JsonObject[] => (text.trim() === '' ? [] : [{ type: 'text', text }]);

/** What a vendor's own block becomes: itself in its own dialect, else its words, else nothing or a refusal. */
function encodeOpaque(part: OpaquePart, encoding: MessagesEncoding): JsonObject[] {
  const { raw } = part;
  if (encoding.sameDialect && isObject(raw)) return [raw];
  const name = isObject(raw) && typeof raw.type === 'string' ? raw.type.slice(0, 64) : 'unknown';
  if (part.text !== undefined) return textBlock(part.text.trim() === '' ? `[${name}]` : part.text);
  if (part.essential)
    unsupported(`Content of type "${name}" is not supported by the model ${encoding.target.model}.`);
  encoding.losses.dropped(name);
  return [];
}

function encodeCall(call: CallPart, encoding: MessagesEncoding): JsonObject {
  const input = call.tool === 'custom' ? customArguments(call.args) : argumentsObject(call.args);
  const native = encoding.sameDialect ? call.native : undefined;
  return { type: 'tool_use', id: call.id, name: encoding.names.wireName(call), input, ...native };
}

/** A model without vision has to live with a tool that shows it a picture: the conversation goes on. */
function encodeResultPart(part: Part, encoding: MessagesEncoding): JsonObject[] {
  if (part.kind !== 'image' || encoding.capabilities.images !== false) return encodeBlock(part, encoding);
  encoding.losses.dropped('image');
  return [{ type: 'text', text: '[image omitted: model has no vision]' }];
}

function encodeResult(result: ResultPart, encoding: MessagesEncoding): JsonObject {
  const blocks = result.parts.flatMap((part) => encodeResultPart(part, encoding));
  const [only] = blocks;
  const bare = only && blocks.length === 1 && only.type === 'text' && Object.keys(only).length === 2;
  return {
    type: 'tool_result',
    tool_use_id: result.callId,
    ...(blocks.length === 0 ? {} : { content: bare ? only.text : blocks }),
    ...(result.isError === true ? { is_error: true } : {}),
    ...(encoding.sameDialect ? result.native : undefined),
  };
}

/** The blocks of one part; none when nothing of it can be said to this target. */
export function encodeBlock(part: Part, encoding: MessagesEncoding): JsonObject[] {
  switch (part.kind) {
    case 'text': {
      const citations = vendorCitations(part.citations ?? []);
      const cited = citations.length > 0 ? { citations } : {};
      const native = encoding.sameDialect ? { ...cited, ...part.native } : {};
      return textBlock(part.text).map((block) => marked({ ...block, ...native }, part));
    }
    case 'reasoning': {
      const block = encodeThinkingBlock(part, encoding);
      if (!block) encoding.losses.dropped('reasoning');
      return block ? [block] : [];
    }
    case 'call':
      return [marked(encodeCall(part, encoding), part)];
    case 'result':
      return [marked(encodeResult(part, encoding), part)];
    case 'refusal':
      return textBlock(part.text);
    case 'opaque':
      return encodeOpaque(part, encoding);
    default:
      return [marked(encodeMedia(part, encoding), part)];
  }
}

/** Assistant turns hold no media of their own. */
export function encodeAssistantBlock(part: Part, encoding: MessagesEncoding): JsonObject[] {
  if (part.kind !== 'image' && part.kind !== 'file' && part.kind !== 'audio' && part.kind !== 'video')
    return encodeBlock(part, encoding);
  encoding.losses.dropped(`assistant_${part.kind}`);
  return textBlock(partText(part) ?? `[${part.kind} omitted]`);
}

/** The message of a turn. */
export function encodeTurn(turn: Turn, encoding: MessagesEncoding): JsonObject {
  const encode = turn.role === 'assistant' ? encodeAssistantBlock : encodeBlock;
  const native = encoding.sameDialect ? turn.native : undefined;
  return { role: turn.role, content: turn.parts.flatMap((part) => encode(part, encoding)), ...native };
}
