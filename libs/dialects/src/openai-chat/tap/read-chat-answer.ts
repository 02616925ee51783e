import { isObject, type JsonObject } from '@turnpike/kernel';
import type { VendorError } from '@turnpike/protocol';
import { areWholeArguments, objectOf, objectsOf, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { readFinishReason, readMatchedStop, settleStop } from '../response/chat-stop';
import { PieceReader, readCalls, readImages } from '../response/read-said';
import { findChatUsage } from '../usage';

interface Tally {
  content: boolean;
  textBytes: number;
}

function addChoice(choice: JsonObject, tally: Tally): AnswerReading['stop'] {
  const message = objectOf(choice.message) ?? {};
  const pieces = new PieceReader().read(message);
  const calls = readCalls(message).filter((call) => call.name !== undefined);
  for (const { text } of pieces) tally.textBytes += Buffer.byteLength(text);
  for (const { args } of calls) tally.textBytes += Buffer.byteLength(args);
  if (pieces.length > 0 || calls.length > 0 || readImages(message).length > 0) tally.content = true;
  const wholeCalls = calls.filter((call) => call.custom || areWholeArguments(call.args)).length;
  const refusal = pieces.some((piece) => piece.kind === 'refusal');
  const said = { wholeCalls, calls: calls.length, refusal, matched: readMatchedStop(choice) };
  return settleStop(readFinishReason(choice) ?? 'end', said).stop;
}

/** What a whole Chat answer says about itself. @throws SyntaxError when the body is not JSON. */
export function readChatAnswer(body: Buffer): AnswerReading {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(value)) return { content: false, textBytes: 0 };
  const choices = objectsOf(value.choices);
  const tally: Tally = { content: false, textBytes: 0 };
  const [stop] = choices.map((choice) => addChoice(choice, tally));
  const usage = findChatUsage(value);
  const error = errorOf(value, choices[0], stop);
  const model = textOf(value.model);
  return { content: tally.content, textBytes: tally.textBytes, usage, stop, error, model };
}

/** An error inside a 200: on top, in the choice, or only as its finish reason. */
function errorOf(
  body: JsonObject,
  choice: JsonObject | undefined,
  stop: AnswerReading['stop'],
): VendorError | undefined {
  const inside = body.error || choice?.error;
  if (inside) return readVendorError(inside);
  if (body.object === 'error') return readVendorError(body);
  if (stop !== 'error') return undefined;
  const code = textOf(choice?.finish_reason);
  return { message: 'The provider ended its answer with an error.', ...(code !== undefined && { code }) };
}
