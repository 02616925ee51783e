import type { JsonObject } from '@turnpike/kernel';
import type { Part, ResultPart } from '@turnpike/protocol';
import { writeMark } from '../../openai-content/media-parts';
import { encodeUserPart, inputText } from './encode-parts';
import type { ResponsesEncoding } from './responses-encoding';

const ERROR_PREFIX = 'Error: ';

/** A model without vision has to live with a tool that shows it a picture: the conversation goes on. */
function encodeResultPart(part: Part, encoding: ResponsesEncoding): JsonObject | undefined {
  const { capabilities, losses } = encoding;
  if (part.kind === 'image' && capabilities.images === false) {
    losses.dropped('image');
    return inputText('[image omitted: model has no vision]');
  }
  if (part.kind === 'file' && part.text === undefined && capabilities.documents === false) {
    losses.dropped('file');
    return inputText('[document omitted: model takes none]');
  }
  return encodeUserPart(part, encoding);
}

const textIn = (part: JsonObject): string | undefined =>
  part.type === 'input_text' && typeof part.text === 'string' ? part.text : undefined;

/** The words of a part that is text and nothing more. */
const bareText = (part: JsonObject): string | undefined =>
  Object.keys(part).length === 2 ? textIn(part) : undefined;

/** A mark of the whole result stands on its last part. */
function withMark(parts: JsonObject[], { cache }: ResultPart, encoding: ResponsesEncoding): JsonObject[] {
  const mark = writeMark(cache, encoding);
  if (Object.keys(mark).length === 0) return parts;
  return parts.map((part, i) => (i === parts.length - 1 ? { ...part, ...mark } : part));
}

/** There is no flag for errors here: the text says it. */
function withError(parts: JsonObject[]): JsonObject[] {
  const [first, ...rest] = parts;
  const text = first && textIn(first);
  if (text?.startsWith(ERROR_PREFIX.trim())) return parts;
  return text === undefined
    ? [inputText(ERROR_PREFIX.trim()), ...parts]
    : [{ ...first, text: ERROR_PREFIX + text }, ...rest];
}

/** The item that answers one call: text as a string, anything else as a list of parts. */
export function encodeResult(result: ResultPart, custom: boolean, encoding: ResponsesEncoding): JsonObject {
  const said = result.parts
    .map((part) => encodeResultPart(part, encoding))
    .filter((part) => part !== undefined);
  const parts = withMark(result.isError === true ? withError(said) : said, result, encoding);
  const texts = parts.map(bareText).filter((text) => text !== undefined);
  return {
    type: custom ? 'custom_tool_call_output' : 'function_call_output',
    call_id: result.callId,
    output: texts.length === parts.length ? texts.join('\n') : parts,
  };
}
