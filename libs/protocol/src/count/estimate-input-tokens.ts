import { stringifyJson } from '@turnpike/kernel';
import type { Part } from '../canonical/content';
import type { ChatRequest, Tool } from '../canonical/request';

/** Bytes of text that make one token, on average over code and prose. */
const BYTES_PER_TOKEN = 3.5;
/** Tokens that the form of one turn or tool adds. */
const PER_ELEMENT = 4;
const DEFAULT_PER_IMAGE = 1_600;
/** Tokens of one page of a document, and the bytes that such a page has in a typical file. */
const PER_PAGE = 1_600;
const BYTES_PER_PAGE = 60_000;

interface Tally {
  bytes: number;
  tokens: number;
}

const add = (tally: Tally, text: string | undefined): void => {
  if (text !== undefined) tally.bytes += Buffer.byteLength(text);
};

function addMedia(
  tally: Tally,
  part: Part & { kind: 'image' | 'audio' | 'video' | 'file' },
  perImage: number,
): void {
  if (part.text !== undefined) add(tally, part.text);
  else if (part.kind === 'image' || part.source.kind !== 'base64') tally.tokens += perImage;
  else tally.tokens += PER_PAGE * Math.ceil((part.source.data.length * 0.75) / BYTES_PER_PAGE);
}

function addPart(tally: Tally, part: Part, perImage: number): void {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return add(tally, part.text);
    case 'reasoning':
      add(tally, part.text ?? part.summary?.join('\n'));
      return add(tally, part.redacted);
    case 'call':
      add(tally, part.name);
      return add(tally, part.args);
    case 'result':
      tally.tokens += PER_ELEMENT;
      return part.parts.forEach((inner) => addPart(tally, inner, perImage));
    case 'opaque':
      return add(tally, stringifyJson(part.raw));
    default:
      return addMedia(tally, part, perImage);
  }
}

function addTool(tally: Tally, tool: Tool): void {
  tally.tokens += PER_ELEMENT;
  add(tally, tool.name);
  add(tally, tool.description);
  if (tool.schema) add(tally, stringifyJson(tool.schema));
  else if (tool.raw) add(tally, stringifyJson(tool.raw));
}

/**
 * Input tokens of a request, estimated from its length; at least 1. Used where the target has no counter of its own.
 * `tokensPerImage` is a fact of the target's model.
 */
export function estimateInputTokens(request: ChatRequest, tokensPerImage = DEFAULT_PER_IMAGE): number {
  const tally: Tally = { bytes: 0, tokens: 0 };
  for (const part of request.system) {
    tally.tokens += PER_ELEMENT;
    add(tally, part.text);
  }
  for (const turn of request.turns) {
    tally.tokens += PER_ELEMENT;
    for (const part of turn.parts) addPart(tally, part, tokensPerImage);
  }
  request.tools.forEach((tool) => addTool(tally, tool));
  if (request.format?.schema) add(tally, stringifyJson(request.format.schema));
  return Math.max(1, tally.tokens + Math.ceil(tally.bytes / BYTES_PER_TOKEN));
}
