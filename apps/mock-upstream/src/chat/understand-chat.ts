import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { objectsOf } from '../wire/member-rules';
import type { ToolOffer, Understood } from '../wire/wire-dialect';

const REMINDER = '<system-reminder>';
const REMINDER_END = '</system-reminder>';

/** A user's text without what a program put before it: reminders are nobody's prompt. Empty when nothing is left. */
export function withoutReminders(text: string): string {
  let rest = text.trim();
  while (rest.startsWith(REMINDER)) {
    const end = rest.indexOf(REMINDER_END);
    if (end < 0) return '';
    rest = rest.slice(end + REMINDER_END.length).trimStart();
  }
  return rest;
}

const textsOf = (content: Json | undefined): string[] =>
  typeof content === 'string'
    ? [content]
    : objectsOf(content).flatMap((part) =>
        part.type === 'text' && typeof part.text === 'string' ? [part.text] : [],
      );

const toolsOf = (body: JsonObject): ToolOffer[] =>
  objectsOf(body.tools).flatMap((tool) => {
    const fn = isObject(tool.function) ? tool.function : isObject(tool.custom) ? tool.custom : undefined;
    if (typeof fn?.name !== 'string') return [];
    return [
      { name: fn.name, schema: isObject(fn.parameters) ? fn.parameters : {}, custom: fn === tool.custom },
    ];
  });

function mustCall(choice: Json | undefined): string | undefined {
  if (choice === 'required') return '*';
  if (!isObject(choice)) return undefined;
  const named = choice.function ?? choice.custom;
  return isObject(named) && typeof named.name === 'string' ? named.name : undefined;
}

/** Results after the last answer; a user message may follow them with what a tool message cannot hold. */
const freshResults = (messages: readonly JsonObject[]): string[] =>
  messages
    .slice(messages.findLastIndex((message) => message.role === 'assistant') + 1)
    .filter((message) => message.role === 'tool')
    .map((message) => textsOf(message.content).join(''));

const capOf = (body: JsonObject): number | undefined => {
  const cap = body.max_completion_tokens ?? body.max_tokens;
  return typeof cap === 'number' ? cap : undefined;
};

/** What a checked chat request means. */
export function understandChat(body: JsonObject): Understood {
  const messages = objectsOf(body.messages);
  const users = messages.filter((message) => message.role === 'user');
  const format = isObject(body.response_format) ? body.response_format : {};
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined;
  const effort = body.reasoning_effort;
  return {
    streams: body.stream === true,
    cap: capOf(body),
    tools: toolsOf(body),
    mayCall: body.tool_choice !== 'none',
    mustCall: mustCall(body.tool_choice),
    userTexts: users
      .flatMap((message) => textsOf(message.content).map(withoutReminders))
      .filter((text) => text !== ''),
    results: freshResults(messages),
    imageCount: users
      .flatMap((message) => objectsOf(message.content))
      .filter((part) => part.type === 'image_url').length,
    thinks: typeof effort === 'string' && effort !== 'none',
    stops:
      typeof body.stop === 'string' ? [body.stop] : Array.isArray(body.stop) ? body.stop.map(String) : [],
    wantsUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    answerSchema: isObject(schema) ? schema : undefined,
    wantsJson: format.type === 'json_object',
    choices: typeof body.n === 'number' ? body.n : 1,
    promptCharacters: messages.reduce(
      (sum, message) => sum + textsOf(message.content).join('').length + 4,
      0,
    ),
  };
}
