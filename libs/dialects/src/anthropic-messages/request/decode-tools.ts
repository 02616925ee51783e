import type { Json, JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readArray,
  readBoolean,
  readCacheMark,
  readObject,
  readString,
  refuse,
  requireObject,
  requireString,
  type Tool,
  type ToolChoice,
} from '@turnpike/protocol';

const MEMBERS = new Set(['name', 'description', 'input_schema', 'strict', 'cache_control']);

/** Tools with a type of their own (a dated one) are Anthropic's; `custom` is what a plain tool is. */
function decodeTool(value: Json, param: string): Tool {
  const tool = requireObject(value, param);
  const type = readString(tool.type, `${param}.type`);
  if (type === 'function')
    refuse(param, 'is written for another API; a tool here has name, description and input_schema');
  const name =
    tool.name === undefined && type !== undefined ? type : requireString(tool.name, `${param}.name`);
  if (name === '') refuse(`${param}.name`, 'must not be empty');
  if (type !== undefined && type !== 'custom') return { kind: 'hosted', name, raw: tool };
  return compact<Tool>({
    kind: 'function',
    name,
    description: readString(tool.description, `${param}.description`),
    schema: readObject(tool.input_schema, `${param}.input_schema`),
    strict: readBoolean(tool.strict, `${param}.strict`),
    cache: readCacheMark(tool.cache_control),
    raw: otherMembers(tool, MEMBERS),
  });
}

export const decodeTools = (body: JsonObject): Tool[] =>
  (readArray(body.tools, 'tools') ?? []).map((tool, i) => decodeTool(tool, `tools[${i}]`));

/** `tool_choice`, with the switch for parallel calls that sits inside it. */
export function decodeToolChoice(body: JsonObject): { toolChoice?: ToolChoice; parallelTools?: boolean } {
  const choice = readObject(body.tool_choice, 'tool_choice');
  if (!choice) return {};
  const disabled = readBoolean(choice.disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use');
  return compact({
    toolChoice: choiceOf(choice),
    parallelTools: disabled === undefined ? undefined : !disabled,
  });
}

function choiceOf(choice: JsonObject): ToolChoice {
  switch (choice.type) {
    case 'auto':
    case 'any':
    case 'none':
      return { kind: choice.type };
    case 'tool':
      return { kind: 'tool', name: requireString(choice.name, 'tool_choice.name') };
    default:
      return refuse('tool_choice.type', 'must be "auto", "any", "none" or "tool"');
  }
}
