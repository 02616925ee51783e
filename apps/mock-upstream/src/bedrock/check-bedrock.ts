import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import {
  aNumber,
  anInteger,
  asText,
  checkMembers,
  firstProblem,
  nameSet,
  objectsOf,
  unknownMember,
} from '../wire/member-rules';
import type { MemberRule } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { checkDocuments, TOOL_NAME } from './check-blocks';
import { checkBedrockTurns, checkLoopThinking } from './check-turns';
import { isThinking } from './understand-bedrock';

const KNOWN = nameSet(`messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields
  promptVariables additionalModelResponseFieldPaths requestMetadata performanceConfig serviceTier outputConfig`);
const INFERENCE: Record<string, MemberRule> = {
  maxTokens: anInteger(1),
  temperature: aNumber(0, 1),
  topP: aNumber(0, 1),
  stopSequences: [
    (v) => Array.isArray(v) && v.every((stop) => typeof stop === 'string' && stop !== ''),
    'a list of texts that are not empty',
  ],
};
/** Claude's own members that Converse passes on. */
const CLAUDE_FIELDS = nameSet('thinking anthropic_beta top_k output_config reasoning_config');
const BETAS = nameSet(`interleaved-thinking-2025-05-14 token-efficient-tools-2025-02-19 output-128k-2025-02-19
  context-1m-2025-08-07 context-management-2025-06-27 computer-use-2025-01-24 fine-grained-tool-streaming-2025-05-14
  effort-2025-11-24`);

const say = (message: string): VendorError => complain('', message);
const malformed = (key: string): VendorError =>
  say(
    `Malformed input request: #: extraneous key [${key}] is not permitted, please reformat your input and try again.`,
  );
const objectAt = (body: JsonObject, key: string): JsonObject => (isObject(body[key]) ? body[key] : {});

function checkSpec(spec: JsonObject, at: string): VendorError | undefined {
  const extra = unknownMember(spec, nameSet('name description inputSchema strict'));
  if (extra) return malformed(extra);
  if (!TOOL_NAME.test(asText(spec.name)))
    return say(
      `Value '${asText(spec.name)}' at '${at}.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
    );
  if (spec.description === '')
    return say(
      `Value at '${at}.toolSpec.description' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  const schema = objectAt(spec, 'inputSchema').json;
  if (!isObject(schema)) return say(`The value at ${at}.toolSpec.inputSchema.json must be a json object.`);
  return schema.type === 'object'
    ? undefined
    : say(`The value at ${at}.toolSpec.inputSchema.json.type must be one of the following: object.`);
}

function checkTools(body: JsonObject): VendorError | undefined {
  const config = body.toolConfig;
  const blocks = objectsOf(body.messages).flatMap((message) => objectsOf(message.content));
  if (!isObject(config))
    return blocks.some((block) => block.toolUse ?? block.toolResult)
      ? say('The toolConfig field must be defined when using toolUse and toolResult content blocks.')
      : undefined;
  const extra = unknownMember(config, nameSet('tools toolChoice'));
  if (extra) return malformed(extra);
  const tools = objectsOf(config.tools);
  if (!tools.length)
    return say(
      "Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const names = new Set<string>();
  for (const [i, tool] of tools.entries()) {
    const { toolSpec } = tool;
    if (!isObject(toolSpec)) {
      if (tool.cachePoint ?? tool.systemTool) continue;
      return malformed(Object.keys(tool)[0] ?? '');
    }
    const problem = checkSpec(toolSpec, `toolConfig.tools.${i}`);
    if (problem) return problem;
    const name = asText(toolSpec.name);
    if (names.has(name)) return say(`The tool ${name} is defined twice in toolConfig.tools.`);
    names.add(name);
  }
  return checkChoice(config.toolChoice, names);
}

function checkChoice(choice: unknown, names: ReadonlySet<string>): VendorError | undefined {
  if (choice === undefined) return undefined;
  const keys = isObject(choice) ? Object.keys(choice) : [];
  if (!isObject(choice) || keys.length !== 1 || !['auto', 'any', 'tool'].includes(String(keys[0])))
    return say('The value at toolConfig.toolChoice must set exactly one of auto, any, tool.');
  const named = choice.tool;
  return isObject(named) && !names.has(asText(named.name))
    ? say(`The toolChoice ${asText(named.name)} is not among the tools of toolConfig.`)
    : undefined;
}

const hasBudget = (body: JsonObject): boolean => {
  const { thinking } = objectAt(body, 'additionalModelRequestFields');
  return isObject(thinking) && thinking.type === 'enabled';
};

function checkThinking(body: JsonObject): VendorError | undefined {
  if (!isThinking(body)) return undefined;
  const { thinking } = objectAt(body, 'additionalModelRequestFields');
  const inference = objectAt(body, 'inferenceConfig');
  const model = (words: string): VendorError => say(`The model returned the following errors: ${words}`);
  if (isObject(thinking) && thinking.type === 'enabled') {
    const budget = Number(thinking.budget_tokens);
    if (!(budget >= 1024))
      return model('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    if (budget >= Number(inference.maxTokens))
      return model('`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  if (inference.temperature !== undefined && inference.temperature !== 1)
    return model('`temperature` may only be set to 1 when thinking is enabled.');
  const choice = objectAt(objectAt(body, 'toolConfig'), 'toolChoice');
  return (choice.any ?? choice.tool)
    ? model('Thinking may not be enabled when tool_choice forces tool use.')
    : undefined;
}

function checkFields(body: JsonObject, modelId: string): VendorError | undefined {
  if (!modelId.includes('claude')) return undefined;
  const fields = objectAt(body, 'additionalModelRequestFields');
  const extra = unknownMember(fields, CLAUDE_FIELDS);
  if (extra) return say(`The model returned the following errors: ${extra}: Extra inputs are not permitted`);
  const betas = Array.isArray(fields.anthropic_beta) ? fields.anthropic_beta.map(asText) : [];
  return betas.some((beta) => !BETAS.has(beta))
    ? say('The model returned the following errors: invalid beta flag')
    : undefined;
}

function checkSystem(body: JsonObject): VendorError | undefined {
  for (const [i, block] of objectsOf(body.system).entries()) {
    const blank = block.text !== undefined && !asText(block.text).trim();
    if (blank)
      return say(
        `The text field in the SystemContentBlock object at system.${i} is blank. Add text to the text field, and try again.`,
      );
  }
  return undefined;
}

/** The vendor's complaint about a Converse or CountTokens request, or undefined. */
export function checkBedrock({ body, operation, modelId = '', seal }: WireRequest): VendorError | undefined {
  if (!isObject(body)) return say('The request body is not valid JSON.');
  const counted = operation === 'count-tokens' ? objectAt(objectAt(body, 'input'), 'converse') : undefined;
  const request = counted ?? body;
  return firstProblem([
    () => {
      const extra = unknownMember(request, KNOWN);
      return extra === undefined ? undefined : malformed(extra);
    },
    () => checkMembers(objectAt(request, 'inferenceConfig'), INFERENCE, 'inferenceConfig.'),
    () => {
      const extra = Object.keys(objectAt(request, 'inferenceConfig')).find(
        (key) => !Object.hasOwn(INFERENCE, key),
      );
      return extra === undefined ? undefined : malformed(extra);
    },
    () => checkSystem(request),
    () => checkTools(request),
    () => checkThinking(request),
    () => checkFields(request, modelId),
    () => checkBedrockTurns(request, modelId, seal),
    () => (hasBudget(request) ? checkLoopThinking(request) : undefined),
    () => checkDocuments(objectsOf(request.messages)),
  ]);
}
