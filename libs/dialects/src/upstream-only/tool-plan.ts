import type { JsonObject } from '@turnpike/kernel';
import { calledTools, type Tool, type ToolChoice } from '@turnpike/protocol';
import { dropToolMembers } from '../foreign/tool-members';
import { translateHosted } from '../foreign/web-search';
import { CUSTOM_TOOL_SCHEMA, customDescription, toObjectSchema } from '../schema';
import type { UpstreamEncoding } from './upstream-encoding';
import { checkForced, onlyNamed } from '../foreign/tool-choice';

/** Which choices a wire has a member for; `auto` is what it does without one. */
export interface ChoiceAbilities {
  readonly none: boolean;
  readonly any: boolean;
  readonly named: boolean;
}

export type WireChoice = Extract<ToolChoice, { kind: 'auto' | 'none' | 'any' | 'tool' }>;

/** The tools to send, and the choice as far as the wire can say it. */
export interface ToolPlan {
  readonly tools: readonly Tool[];
  readonly choice?: WireChoice;
  /** A system line where a rule about tools has no member. */
  readonly instruction?: string;
}

const NO_CALLS = 'Do not call any tool in this answer.';
const NO_CHOICE: ChoiceAbilities = { none: false, any: false, named: false };

/** Tools that can be sent: no vendor's hosted ones, and of one name the first. */
function sendableTools(encoding: UpstreamEncoding): Tool[] {
  const { names, losses } = encoding;
  const seen = new Set<string>();
  return translateHosted(encoding, () => undefined).filter((tool) => {
    const name = names.wireName(tool);
    if (seen.has(name)) losses.dropped('duplicate_tool');
    return seen.has(name) ? false : seen.add(name);
  });
}

const hasCalls = ({ request }: UpstreamEncoding): boolean =>
  request.turns.some((turn) => turn.parts.some((part) => part.kind === 'call' || part.kind === 'result'));

function planNone(tools: readonly Tool[], can: ChoiceAbilities, encoding: UpstreamEncoding): ToolPlan {
  if (can.none) return { tools, choice: { kind: 'none' } };
  return hasCalls(encoding) ? { tools, instruction: NO_CALLS } : { tools: [] };
}

function planAny(tools: readonly Tool[], can: ChoiceAbilities, encoding: UpstreamEncoding): ToolPlan {
  if (can.any) return { tools, choice: { kind: 'any' } };
  encoding.losses.dropped('tool_choice');
  return { tools };
}

function planChoice(tools: readonly Tool[], can: ChoiceAbilities, encoding: UpstreamEncoding): ToolPlan {
  const { toolChoice: choice } = encoding.request;
  if (!choice) return { tools };
  checkForced(tools, choice, encoding);
  switch (choice.kind) {
    case 'auto':
      return { tools, choice: { kind: 'auto' } };
    case 'none':
      return planNone(tools, can, encoding);
    case 'any':
      return planAny(tools, can, encoding);
    case 'tool':
      return can.named ? { tools, choice } : planAny(onlyNamed(tools, [choice.name]), can, encoding);
    case 'allowed': {
      encoding.losses.add('filtered:tools');
      const allowed = onlyNamed(tools, choice.names);
      return choice.mode === 'any' ? planAny(allowed, can, encoding) : { tools: allowed };
    }
  }
}

/**
 * What is sent of the tools. With `rebuild`, a conversation with calls keeps definitions even where the request has
 * none: rebuilt from the calls, and closed to new ones.
 */
export function planTools(
  encoding: UpstreamEncoding,
  abilities: ChoiceAbilities,
  rebuild: boolean,
): ToolPlan {
  const { request, capabilities, losses } = encoding;
  const can = capabilities.toolChoice === false ? NO_CHOICE : abilities;
  const plan = planChoice(sendableTools(encoding), can, encoding);
  if (plan.tools.length > 0) {
    if (request.parallelTools === false) losses.dropped('parallel_tool_calls');
    return plan;
  }
  const rebuilt = rebuild ? calledTools(request) : [];
  return rebuilt.length === 0 ? { tools: [] } : planNone(rebuilt, can, encoding);
}

/** Schema of a tool's arguments; free-text tools travel as functions of one string. */
export const toolSchema = (tool: Tool): JsonObject =>
  tool.kind === 'custom' ? CUSTOM_TOOL_SCHEMA : toObjectSchema(tool.schema);

export const toolDescription = (tool: Tool): string | undefined =>
  (tool.kind === 'custom' ? customDescription(tool.description, tool.format) : tool.description) || undefined;

/** A tool in the form that Chat has made common. */
export function functionTool(tool: Tool, { names, losses }: UpstreamEncoding): JsonObject {
  if (tool.strict === true) losses.dropped('strict');
  dropToolMembers(tool, losses);
  const description = toolDescription(tool);
  const parameters = toolSchema(tool);
  const name = names.wireName(tool);
  return {
    type: 'function',
    function: description === undefined ? { name, parameters } : { name, description, parameters },
  };
}
