import { isObject, type JsonObject } from '@turnpike/kernel';
import { compact } from '@turnpike/protocol';
import { answerTextBytes, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { decodeChatResponse } from '../response/decode-chat-response';
import { findChatUsage } from '../usage';

/** What a whole Chat answer says about itself. @throws SyntaxError when the body is not JSON. */
export function readChatAnswer(body: Buffer): AnswerReading {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(value)) return { content: false, textBytes: 0 };
  const choices = Array.isArray(value.choices) ? value.choices.filter(isObject) : [];
  const response = decodeChatResponse(value);
  const others = choices.slice(1).map((choice) => decodeChatResponse({ choices: [choice] }));
  const parts = [response, ...others].flatMap((answer) => answer.parts);
  return compact<AnswerReading>({
    usage: findChatUsage(value),
    stop: choices.length === 0 ? undefined : response.stop,
    content: parts.length > 0,
    error: errorOf(value, choices),
    textBytes: answerTextBytes(parts),
    model: textOf(value.model),
  });
}

/** An error inside a 200: on top, in a choice, or only as a finish reason. */
function errorOf(body: JsonObject, choices: readonly JsonObject[]): AnswerReading['error'] {
  const inside = body.error || choices.find((choice) => choice.error)?.error;
  if (inside) return readVendorError(inside);
  if (body.object === 'error') return readVendorError(body);
  const [first] = choices;
  if (first && decodeChatResponse({ choices: [first] }).stop === 'error') {
    return compact({
      message: 'The provider ended its answer with an error.',
      code: textOf(first.finish_reason),
    });
  }
  return undefined;
}
