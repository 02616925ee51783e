import { isObject, type JsonObject } from '@turnpike/kernel';
import { createMeter, unfoldResponse, type ChatResponse, type VendorError } from '@turnpike/protocol';
import type { AnswerReading } from '../dialect';

/** What a vendor wrote when it said no more than that the answer failed. */
export const failedAnswer = (word: string | undefined): VendorError => ({
  message: `The provider ended its answer with an error${word === undefined ? '' : ` (${word})`}.`,
  type: 'api_error',
  ...(word === undefined ? {} : { code: word }),
});

export interface WholeReader {
  readonly decode: (body: JsonObject) => ChatResponse;
  /** An error inside a 200. */
  readonly errorOf: (body: JsonObject) => VendorError | undefined;
}

/** What a whole answer says about itself. @throws SyntaxError when the body is not JSON. */
export function readWhole(body: Buffer, { decode, errorOf }: WholeReader): AnswerReading {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(value)) return { content: false, textBytes: 0 };
  const response = decode(value);
  const failed = response.stop === 'error' || response.stop === 'malformed_call';
  const error = errorOf(value) ?? (failed ? failedAnswer(undefined) : undefined);
  const meter = createMeter();
  for (const event of unfoldResponse(response)) meter.push(event);
  const { usage, stop, model } = response;
  return {
    content: meter.content,
    textBytes: meter.textBytes,
    ...(usage && { usage }),
    ...(error === undefined ? { stop } : { error }),
    ...(model !== undefined && { model }),
  };
}
