import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { withoutReminders } from '../chat/understand-chat';
import { asText, objectsOf } from '../wire/member-rules';
import type { Understood } from '../wire/wire-dialect';

/** Thinking is on in either of its forms. */
export const isThinking = (body: JsonObject): boolean =>
  isObject(body.thinking) && (body.thinking.type === 'enabled' || body.thinking.type === 'adaptive');

const textsOf = (content: Json | undefined): string[] =>
  typeof content === 'string'
    ? [content]
    : objectsOf(content).flatMap((block) =>
        block.type === 'text' && typeof block.text === 'string' ? [block.text] : [],
      );

const resultText = (block: JsonObject): string => textsOf(block.content).join('');

function schemaOf(body: JsonObject): JsonObject | undefined {
  const config = isObject(body.output_config) ? body.output_config : body;
  const format = isObject(config.format)
    ? config.format
    : isObject(body.output_format)
      ? body.output_format
      : undefined;
  return isObject(format?.schema) ? format.schema : undefined;
}

const lengthOf = (content: Json | undefined): number =>
  textsOf(content).join('').length +
  objectsOf(content).reduce(
    (sum, block) => sum + (block.type === 'tool_result' ? resultText(block).length + 4 : 2),
    0,
  );

/** What a checked Messages request means. */
export function understandMessages(body: JsonObject): Understood {
  const messages = objectsOf(body.messages);
  const spoken = messages.filter((message) => message.role !== 'system');
  const blocks = messages.flatMap((message) => objectsOf(message.content));
  const nested = blocks.flatMap((block) => [block, ...objectsOf(block.content)]);
  const choice = isObject(body.tool_choice) ? body.tool_choice : {};
  const users = messages.filter((message) => message.role === 'user');
  return {
    streams: body.stream === true,
    cap: typeof body.max_tokens === 'number' ? body.max_tokens : undefined,
    tools: objectsOf(body.tools).flatMap((tool) =>
      typeof tool.name === 'string'
        ? [{ name: tool.name, schema: isObject(tool.input_schema) ? tool.input_schema : {} }]
        : [],
    ),
    mayCall: choice.type !== 'none',
    mustCall: choice.type === 'any' ? '*' : choice.type === 'tool' ? asText(choice.name) : undefined,
    userTexts: users
      .flatMap((message) => textsOf(message.content).map(withoutReminders))
      .filter((text) => text !== ''),
    results: objectsOf(spoken.at(-1)?.content)
      .filter((block) => block.type === 'tool_result')
      .map(resultText),
    imageCount: nested.filter((block) => block.type === 'image').length,
    thinks: isThinking(body),
    stops: Array.isArray(body.stop_sequences) ? body.stop_sequences.map(String) : [],
    wantsUsage: true,
    answerSchema: schemaOf(body),
    wantsJson: false,
    choices: 1,
    promptCharacters:
      textsOf(body.system).join('').length +
      messages.reduce((sum, message) => sum + lengthOf(message.content) + 4, 0),
  };
}
