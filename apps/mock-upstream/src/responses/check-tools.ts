import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, nameSet, objectsOf, unknownMember } from '../wire/member-rules';
import { checkStrictSchema } from '../wire/strict-schema';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  function: nameSet(`type name description parameters strict allowed_callers defer_loading output_schema`),
  custom: nameSet('type name description format allowed_callers defer_loading'),
  namespace: nameSet('type name description tools'),
};
const HOSTED =
  nameSet(`web_search web_search_preview web_search_2025_08_26 web_search_preview_2025_03_11 file_search
  code_interpreter image_generation mcp computer computer_use_preview local_shell shell apply_patch tool_search
  programmatic_tool_calling`);
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const unknown = (at: string): VendorError => ({
  ...complain(at, `Unknown parameter: '${at}'.`),
  code: 'unknown_parameter',
});
const missing = (at: string): VendorError => ({
  ...complain(at, `Missing required parameter: '${at}'.`),
  code: 'missing_required_parameter',
});

function checkFunction(tool: JsonObject, at: string): VendorError | undefined {
  const { parameters } = tool;
  if (parameters === undefined || parameters === null) return undefined;
  if (!isObject(parameters) || (parameters.type ?? 'object') !== 'object')
    return {
      ...complain(
        `${at}.parameters`,
        `Invalid schema for function '${asText(tool.name)}': schema must be a JSON Schema of 'type: "object"', got 'type: "${isObject(parameters) ? asText(parameters.type) : 'None'}"'.`,
      ),
      code: 'invalid_function_parameters',
    };
  return tool.strict === true ? checkStrictSchema(parameters, `${at}.parameters`) : undefined;
}

function checkNamespace(tool: JsonObject, at: string): VendorError | undefined {
  if (typeof tool.description !== 'string') return missing(`${at}.description`);
  const { tools } = tool;
  if (!Array.isArray(tools) || !tools.length)
    return complain(`${at}.tools`, `Invalid '${at}.tools': empty array. Expected at least one tool.`);
  for (const [i, inner] of tools.entries()) {
    const where = `${at}.tools[${i}]`;
    if (!isObject(inner) || (inner.type !== 'function' && inner.type !== 'custom'))
      return complain(`${where}.type`, "Supported values are: 'function' and 'custom'.");
    const problem = checkTool(inner, where);
    if (problem) return problem;
  }
  return undefined;
}

function checkTool(tool: Json, at: string): VendorError | undefined {
  if (!isObject(tool) || typeof tool.type !== 'string') return missing(`${at}.type`);
  if (HOSTED.has(tool.type)) return undefined;
  const members = MEMBERS[tool.type];
  if (!members)
    return {
      ...complain(
        `${at}.type`,
        `Invalid value: '${tool.type}'. Supported values are: 'function', 'custom', 'namespace' and the hosted tools.`,
      ),
      code: 'invalid_value',
    };
  const extra = unknownMember(tool, members);
  if (extra) return unknown(`${at}.${extra}`);
  if (typeof tool.name !== 'string') return missing(`${at}.name`);
  if (!TOOL_NAME.test(tool.name))
    return complain(
      `${at}.name`,
      `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
    );
  if (tool.type === 'function') return checkFunction(tool, at);
  return tool.type === 'namespace' ? checkNamespace(tool, at) : undefined;
}

/** Whether a choice names a tool that is there; a tool of a namespace by its own name. */
const hasTool = (tools: readonly JsonObject[], choice: JsonObject): boolean =>
  tools.some(
    (tool) =>
      (tool.type === choice.type && (tool.name === undefined || tool.name === choice.name)) ||
      hasTool(objectsOf(tool.tools), choice),
  );

function checkChoice(choice: Json | undefined, tools: readonly JsonObject[]): VendorError | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none') return undefined;
  if (typeof choice === 'string') {
    if (choice !== 'required')
      return {
        ...complain(
          'tool_choice',
          `Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`,
        ),
        code: 'invalid_value',
      };
    return tools.length
      ? undefined
      : complain('tool_choice', "Tool choice 'required' must be specified with 'tools' parameter.");
  }
  if (!isObject(choice) || typeof choice.type !== 'string') return missing('tool_choice.type');
  if (choice.type === 'allowed_tools') {
    const absent = objectsOf(choice.tools).find((each) => !hasTool(tools, each));
    return absent
      ? complain('tool_choice.tools', `Tool '${asText(absent.name)}' not found in 'tools' parameter.`)
      : undefined;
  }
  return hasTool(tools, choice)
    ? undefined
    : complain(
        'tool_choice',
        `Tool choice '${asText(choice.name) || choice.type}' not found in 'tools' parameter.`,
      );
}

/**
 * The vendor's complaint about tools and choice. `added` are tools that input items brought. A choice without any list
 * of tools is refused; an empty list is one.
 */
export function checkResponsesTools(
  members: JsonObject,
  added: readonly JsonObject[],
): VendorError | undefined {
  const tools = Array.isArray(members.tools) ? members.tools : [];
  for (const [i, tool] of tools.entries()) {
    const problem = checkTool(tool, `tools[${i}]`);
    if (problem) return problem;
  }
  const choice = members.tool_choice ?? undefined;
  if (choice !== undefined && !Array.isArray(members.tools) && !added.length)
    return complain('tool_choice', "'tool_choice' is only allowed when 'tools' are specified.");
  return checkChoice(choice, [...tools.filter(isObject), ...added]);
}
