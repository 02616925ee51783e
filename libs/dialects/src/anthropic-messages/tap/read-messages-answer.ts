import { isObject } from '@turnpike/kernel';
import { compact } from '@turnpike/protocol';
import { answerTextBytes, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { decodeMessagesResponse } from '../response/decode-messages-response';
import { readMessagesUsage } from '../usage';

/** What a whole Messages answer says about itself. @throws SyntaxError when the body is not JSON. */
export function readMessagesAnswer(body: Buffer): AnswerReading {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(value)) return { content: false, textBytes: 0 };
  const failed = value.type === 'error' || Boolean(value.error);
  const response = decodeMessagesResponse(value);
  return compact<AnswerReading>({
    usage: readMessagesUsage(value.usage),
    stop: Array.isArray(value.content) ? response.stop : undefined,
    content: response.parts.length > 0,
    error: failed ? readVendorError(value.error ?? value) : undefined,
    textBytes: answerTextBytes(response.parts),
    model: textOf(value.model),
  });
}
