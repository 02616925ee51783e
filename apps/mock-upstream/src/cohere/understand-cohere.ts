import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { withoutReminders } from '../chat/understand-chat';
import { functionOffers } from '../wire/function-offers';
import { objectsOf } from '../wire/member-rules';
import type { Understood } from '../wire/wire-dialect';

/** Texts of a content; documents in results as their JSON. */
const textsOf = (content: Json | undefined): string[] =>
  typeof content === 'string'
    ? [content]
    : objectsOf(content).flatMap((part) => {
        if (typeof part.text === 'string') return [part.text];
        return part.document === undefined ? [] : [JSON.stringify(part.document)];
      });

/** What a checked chat request means. */
export function understandCohere(body: JsonObject): Understood {
  const messages = objectsOf(body.messages);
  const users = messages.filter((message) => message.role === 'user');
  const format = isObject(body.response_format) ? body.response_format : {};
  const schema = format.schema ?? format.json_schema;
  const fresh = messages.slice(messages.findLastIndex((message) => message.role === 'assistant') + 1);
  return {
    streams: body.stream === true,
    cap: typeof body.max_tokens === 'number' ? body.max_tokens : undefined,
    tools: functionOffers(body.tools),
    mayCall: body.tool_choice !== 'NONE',
    mustCall: body.tool_choice === 'REQUIRED' ? '*' : undefined,
    userTexts: users
      .flatMap((message) => textsOf(message.content).map(withoutReminders))
      .filter((text) => text !== ''),
    results: fresh
      .filter((message) => message.role === 'tool')
      .map((message) => textsOf(message.content).join('')),
    imageCount: users
      .flatMap((message) => objectsOf(message.content))
      .filter((part) => part.type === 'image_url').length,
    thinks: isObject(body.thinking) && body.thinking.type === 'enabled',
    stops: Array.isArray(body.stop_sequences) ? body.stop_sequences.map(String) : [],
    wantsUsage: true,
    answerSchema: isObject(schema) ? schema : undefined,
    wantsJson: format.type === 'json_object',
    choices: 1,
    promptCharacters: messages.reduce(
      (sum, message) => sum + textsOf(message.content).join('').length + 4,
      0,
    ),
  };
}
