import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { withoutReminders } from '../chat/understand-chat';
import { asText, objectsOf } from '../wire/member-rules';
import type { ToolOffer, Understood } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';

const textsOf = (content: Json | undefined): string[] =>
  objectsOf(content).flatMap((block) => (typeof block.text === 'string' ? [block.text] : []));
const inner = (block: JsonObject, kind: string): JsonObject[] => (isObject(block[kind]) ? [block[kind]] : []);

const resultText = (result: JsonObject): string =>
  objectsOf(result.content)
    .map((part) => asText(part.text) || (part.json === undefined ? '' : JSON.stringify(part.json)))
    .join('');

const resultsOf = (message: JsonObject | undefined): string[] =>
  objectsOf(message?.content)
    .flatMap((block) => inner(block, 'toolResult'))
    .map(resultText);

const toolsOf = (config: JsonObject): ToolOffer[] =>
  objectsOf(config.tools)
    .flatMap((tool) => inner(tool, 'toolSpec'))
    .map((spec) => {
      const schema = isObject(spec.inputSchema) ? spec.inputSchema.json : undefined;
      return { name: asText(spec.name), schema: isObject(schema) ? schema : {} };
    });

/** Thinking as Claude's own member orders it. */
export function isThinking(members: JsonObject): boolean {
  const fields = isObject(members.additionalModelRequestFields) ? members.additionalModelRequestFields : {};
  return isObject(fields.thinking) && fields.thinking.type !== 'disabled';
}

function schemaOf(members: JsonObject): JsonObject | undefined {
  const format = isObject(members.outputConfig) ? members.outputConfig.textFormat : undefined;
  const structure = isObject(format) ? format.structure : undefined;
  const named = isObject(structure) ? structure.jsonSchema : undefined;
  try {
    const schema = isObject(named) ? (JSON.parse(asText(named.schema)) as Json) : undefined;
    return isObject(schema) ? schema : undefined;
  } catch {
    return undefined;
  }
}

const lengthOf = (message: JsonObject): number =>
  textsOf(message.content).join('').length + resultsOf(message).join('').length + 4;

/** What a checked Converse request means. */
export function understandBedrock({ members, streams, operation }: WireRequest): Understood {
  const counted = isObject(members.input) && isObject(members.input.converse) ? members.input.converse : {};
  const body = operation === 'count-tokens' ? counted : members;
  const messages = objectsOf(body.messages);
  const config = isObject(body.toolConfig) ? body.toolConfig : {};
  const choice = isObject(config.toolChoice) ? config.toolChoice : {};
  const inference = isObject(body.inferenceConfig) ? body.inferenceConfig : {};
  const blocks = messages.flatMap((message) => objectsOf(message.content));
  const nested = blocks.flatMap((block) => [
    block,
    ...inner(block, 'toolResult').flatMap((result) => objectsOf(result.content)),
  ]);
  return {
    streams,
    cap: typeof inference.maxTokens === 'number' ? inference.maxTokens : undefined,
    tools: toolsOf(config),
    mayCall: true,
    mustCall: isObject(choice.tool) ? asText(choice.tool.name) : choice.any ? '*' : undefined,
    userTexts: messages
      .filter((message) => message.role === 'user')
      .flatMap((message) => textsOf(message.content).map(withoutReminders))
      .filter((text) => text !== ''),
    results: resultsOf(messages.at(-1)),
    imageCount: nested.filter((block) => block.image !== undefined).length,
    thinks: isThinking(body),
    stops: Array.isArray(inference.stopSequences) ? inference.stopSequences.map(String) : [],
    wantsUsage: true,
    answerSchema: schemaOf(body),
    wantsJson: false,
    choices: 1,
    promptCharacters: messages.reduce(
      (sum, message) => sum + lengthOf(message),
      textsOf(body.system).join('').length,
    ),
  };
}
