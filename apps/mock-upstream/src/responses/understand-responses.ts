import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { withoutReminders } from '../chat/understand-chat';
import { asText, objectsOf } from '../wire/member-rules';
import type { ToolOffer, Understood } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';
import { expandInput, typeOf } from './expand-input';

/** Reasoning is on when it is asked for and not switched off. */
export const isReasoning = ({ reasoning }: JsonObject): boolean =>
  isObject(reasoning) && reasoning.effort !== 'none' && Boolean(reasoning.effort ?? reasoning.summary);

const textsOf = (content: Json | undefined): string[] =>
  typeof content === 'string'
    ? [content]
    : objectsOf(content).flatMap((part) => (typeof part.text === 'string' ? [part.text] : []));

/** Tools at the top level and those that an input item adds. */
export const toolsOf = (members: JsonObject, items: readonly JsonObject[]): JsonObject[] => [
  ...objectsOf(members.tools),
  ...items.filter((item) => item.type === 'additional_tools').flatMap((item) => objectsOf(item.tools)),
];

function offersOf(tools: readonly JsonObject[], namespace?: string): ToolOffer[] {
  return tools.flatMap((tool): ToolOffer[] => {
    const name = asText(tool.name);
    if (tool.type === 'namespace') return offersOf(objectsOf(tool.tools), name);
    if (!name || (tool.type !== 'function' && tool.type !== 'custom')) return [];
    const schema = isObject(tool.parameters) ? tool.parameters : {};
    return [{ name, schema, namespace, custom: tool.type === 'custom' }];
  });
}

function mustCall(choice: Json | undefined): string | undefined {
  if (choice === 'required') return '*';
  if (!isObject(choice)) return undefined;
  if (choice.type === 'allowed_tools') return choice.mode === 'required' ? '*' : undefined;
  return asText(choice.name) || undefined;
}

const isOutput = (item: JsonObject): boolean => typeOf(item).endsWith('_call_output');
const isAnswer = (item: JsonObject): boolean =>
  item.role === 'assistant' || typeOf(item) === 'reasoning' || typeOf(item).endsWith('_call');

/** Results since the last thing the model said. */
const freshResults = (items: readonly JsonObject[]): string[] =>
  items
    .slice(items.findLastIndex(isAnswer) + 1)
    .filter(isOutput)
    .map((item) => textsOf(item.output).join(''));

const lengthOf = (item: JsonObject): number =>
  [item.content, item.output, item.arguments, item.input].flatMap(textsOf).join('').length + 4;

/** What a checked Responses request means, with the conversation it builds on. */
export function understandResponses(wire: WireRequest): Understood {
  const { members } = wire;
  const items = expandInput(wire);
  const users = items.filter((item) => typeOf(item) === 'message' && item.role === 'user');
  const format = isObject(members.text) && isObject(members.text.format) ? members.text.format : {};
  return {
    streams: members.stream === true,
    cap: typeof members.max_output_tokens === 'number' ? members.max_output_tokens : undefined,
    tools: offersOf(toolsOf(members, items)),
    mayCall: members.tool_choice !== 'none',
    mustCall: mustCall(members.tool_choice),
    userTexts: users
      .flatMap((item) => textsOf(item.content).map(withoutReminders))
      .filter((text) => text !== ''),
    results: freshResults(items),
    imageCount: items
      .flatMap((item) => [...objectsOf(item.content), ...objectsOf(item.output)])
      .filter((part) => part.type === 'input_image').length,
    thinks: isReasoning(members),
    stops: [],
    wantsUsage: true,
    answerSchema: isObject(format.schema) ? format.schema : undefined,
    wantsJson: format.type === 'json_object',
    choices: 1,
    promptCharacters: items.reduce(
      (sum, item) => sum + lengthOf(item),
      textsOf(members.instructions).join('').length,
    ),
  };
}
