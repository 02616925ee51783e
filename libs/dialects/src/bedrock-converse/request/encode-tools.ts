import type { JsonObject } from '@turnpike/kernel';
import { compact, type Tool } from '@turnpike/protocol';
import { dropToolMembers } from '../../foreign/tool-members';
import {
  toolDescription,
  toolSchema,
  type ChoiceAbilities,
  type ToolPlan,
  type WireChoice,
} from '../../upstream-only';
import { cachePoint, type ConverseEncoding } from './converse-encoding';

/** There is no word for "no tool": the tools are left out, or the model is told. */
export const CONVERSE_CHOICES: ChoiceAbilities = { none: false, any: true, named: true };

function strictOf(tool: Tool, { capabilities, losses }: ConverseEncoding): boolean | undefined {
  if (tool.strict !== true) return undefined;
  if (capabilities.structuredOutput === 'schema') return true;
  losses.dropped('strict');
  return undefined;
}

function encodeTool(tool: Tool, encoding: ConverseEncoding): JsonObject[] {
  dropToolMembers(tool, encoding.losses);
  const toolSpec = compact<JsonObject>({
    name: encoding.names.wireName(tool),
    description: toolDescription(tool),
    inputSchema: { json: toolSchema(tool) },
    strict: strictOf(tool, encoding),
  });
  // Of the families with a prompt cache, one has no breakpoints among tools.
  const point = encoding.capabilities.requestFields === 'nova' ? [] : cachePoint(tool.cache, encoding);
  return [{ toolSpec }, ...point];
}

function encodeChoice(choice: WireChoice | undefined, { tools }: ToolPlan, encoding: ConverseEncoding) {
  if (choice?.kind === 'auto' || choice?.kind === 'any') return { [choice.kind]: {} };
  if (choice?.kind !== 'tool') return undefined;
  const named = tools.find((tool) => tool.name === choice.name);
  return { tool: { name: encoding.names.wireName(named ?? { name: choice.name }) } };
}

/** `toolConfig`; nothing where there are no tools. */
export function encodeTools(plan: ToolPlan, encoding: ConverseEncoding): JsonObject | undefined {
  if (plan.tools.length === 0) return undefined;
  const takesChoice = encoding.capabilities.toolChoice !== false;
  return compact<JsonObject>({
    tools: plan.tools.flatMap((tool) => encodeTool(tool, encoding)),
    toolChoice: takesChoice ? encodeChoice(plan.choice, plan, encoding) : undefined,
  });
}
