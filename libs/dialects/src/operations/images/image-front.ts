import type { Json, JsonObject } from '@turnpike/kernel';
import { compact, inputTotal, readInteger, readString, refuse, requireString } from '@turnpike/protocol';
import type { OperationFront } from '../operation-wire';
import type { ImageAnswer, ImageRequest } from './images';

const SIZE = /^(\d{2,5})x(\d{2,5})$/;
const MOST_PIECES = 10;
/** Members with a place of their own here, or without consequence. */
const KNOWN: ReadonlySet<string> = new Set(['model', 'prompt', 'n', 'size', 'stream', 'response_format']);

function readSize(value: Json | undefined): ImageRequest['size'] {
  const text = readString(value, 'size');
  if (text === undefined || text === 'auto') return undefined;
  const [, width, height] = SIZE.exec(text) ?? refuse('size', 'must be "auto" or like "1024x1024"');
  return { width: Number(width), height: Number(height) };
}

function moreOf(body: JsonObject): readonly string[] {
  const more = Object.keys(body).filter(
    (name) => !KNOWN.has(name) && body[name] !== undefined && body[name] !== null,
  );
  // Addresses of our own would have to be served.
  return body.response_format === 'url' ? [...more, 'response_format'] : more;
}

/** `POST /v1/images/generations` for clients: pictures come in the answer itself. */
export const imageFront: OperationFront<ImageRequest, ImageAnswer> = {
  decode: (body) => {
    const count = readInteger(body.n, 'n', 1) ?? 1;
    if (count > MOST_PIECES) refuse('n', `must be at most ${MOST_PIECES}`);
    return compact<ImageRequest>({
      prompt: requireString(body.prompt, 'prompt'),
      count,
      size: readSize(body.size),
      more: moreOf(body),
    });
  },
  encode: ({ images }, { cost: { usage }, view }) => ({
    created: view.createdAt,
    data: images.map(({ data, revisedPrompt }) => compact({ b64_json: data, revised_prompt: revisedPrompt })),
    ...(usage && {
      usage: {
        input_tokens: inputTotal(usage),
        output_tokens: usage.output,
        total_tokens: inputTotal(usage) + usage.output,
        input_tokens_details: { text_tokens: inputTotal(usage), image_tokens: 0 },
      },
    }),
  }),
};
