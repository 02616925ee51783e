import { isObject, type JsonObject } from '@turnpike/kernel';
import { objectsOf, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { inputText } from '../response/decode-messages-response';
import { readStopReason, settleMessagesStop } from '../response/messages-stop';
import { readMessagesUsage } from '../usage';

/** Bytes that a block says; undefined: it says nothing. */
function bytesSaid(block: JsonObject): number | undefined {
  switch (block.type) {
    case 'text':
    case 'thinking': {
      const text = textOf(block.text) ?? textOf(block.thinking);
      return text === undefined ? undefined : Buffer.byteLength(text);
    }
    case 'tool_use':
      return textOf(block.name) === undefined ? undefined : Buffer.byteLength(inputText(block));
    default:
      return 0;
  }
}

/** What a whole Messages answer says about itself. @throws SyntaxError when the body is not JSON. */
export function readMessagesAnswer(body: Buffer): AnswerReading {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(value)) return { content: false, textBytes: 0 };
  const blocks = objectsOf(value.content);
  const said = blocks.map(bytesSaid).filter((bytes) => bytes !== undefined);
  const calls = blocks.filter((block) => block.type === 'tool_use').length;
  const stop = Array.isArray(value.content) ? (readStopReason(value.stop_reason) ?? 'end') : undefined;
  const usage = readMessagesUsage(value.usage);
  const failed = value.type === 'error' || Boolean(value.error);
  const model = textOf(value.model);
  return {
    content: said.length > 0,
    textBytes: said.reduce((sum, bytes) => sum + bytes, 0),
    ...(usage && { usage }),
    ...(stop && { stop: settleMessagesStop(stop, { calls, wholeCalls: calls }) }),
    ...(failed && { error: readVendorError(value.error ?? value) }),
    ...(model !== undefined && { model }),
  };
}
