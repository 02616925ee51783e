import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { withoutReminders } from '../chat/understand-chat';
import { functionOffers } from '../wire/function-offers';
import { asText, objectsOf } from '../wire/member-rules';
import type { Understood } from '../wire/wire-dialect';

/** What a checked chat request means. Not saying so is asking for a stream. */
export function understandOllama(body: JsonObject): Understood {
  const messages = objectsOf(body.messages);
  const options = isObject(body.options) ? body.options : {};
  const users = messages.filter((message) => message.role === 'user');
  const fresh = messages.slice(messages.findLastIndex((message) => message.role === 'assistant') + 1);
  const { stop } = options;
  return {
    streams: body.stream !== false,
    cap: typeof options.num_predict === 'number' && options.num_predict > 0 ? options.num_predict : undefined,
    tools: functionOffers(body.tools),
    mayCall: true,
    mustCall: undefined,
    userTexts: users
      .map((message) => withoutReminders(asText(message.content)))
      .filter((text) => text !== ''),
    results: fresh.filter((message) => message.role === 'tool').map((message) => asText(message.content)),
    imageCount: users.flatMap((message) => (Array.isArray(message.images) ? message.images : [])).length,
    thinks: body.think !== undefined && body.think !== false,
    stops: typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop.map(String) : [],
    wantsUsage: true,
    answerSchema: isObject(body.format) ? body.format : undefined,
    wantsJson: body.format === 'json',
    choices: 1,
    promptCharacters: messages.reduce((sum, message) => sum + asText(message.content).length + 4, 0),
  };
}
