import type { JsonObject } from '@turnpike/kernel';
import type { Tool, ToolChoice } from '@turnpike/protocol';
import { wireName, type ResponsesEncoding } from './responses-encoding';
import { checkForced, onlyNamed } from '../../foreign/tool-choice';

const NO_CALLS = 'Do not call any tool in this answer.';

/** What the choice leaves of the tools, and how it is said. */
export interface ChosenTools {
  readonly tools: readonly Tool[];
  readonly choice?: ToolChoice;
  readonly instruction?: string;
}

/** Choices for servers that have none: the list says it as well as it can. */
function withoutChoice(tools: readonly Tool[], choice: ToolChoice, encoding: ResponsesEncoding): ChosenTools {
  const called = encoding.request.turns.some((turn) => turn.parts.some((part) => part.kind === 'call'));
  if (choice.kind === 'auto') return { tools };
  if (choice.kind === 'none') return called ? { tools, instruction: NO_CALLS } : { tools: [] };
  encoding.losses.dropped('tool_choice');
  if (choice.kind === 'tool') return { tools: onlyNamed(tools, [choice.name]) };
  return { tools: choice.kind === 'allowed' ? onlyNamed(tools, choice.names) : tools };
}

export function chooseTools(tools: readonly Tool[], encoding: ResponsesEncoding): ChosenTools {
  const { request, capabilities, losses } = encoding;
  const choice = request.toolChoice;
  if (!choice) return { tools };
  checkForced(tools, choice, encoding);
  if (capabilities.toolChoice === false) return withoutChoice(tools, choice, encoding);
  if (choice.kind !== 'allowed' || capabilities.minimalFields !== true) return { tools, choice };
  losses.add('filtered:tools');
  return { tools: onlyNamed(tools, choice.names), choice: { kind: choice.mode } };
}

export function encodeChoice(
  choice: ToolChoice,
  index: ReadonlyMap<string, Tool>,
  encoding: ResponsesEncoding,
): string | JsonObject {
  const refer = (name: string): JsonObject => {
    const tool = index.get(name);
    if (tool?.kind === 'hosted') return { type: typeof tool.raw?.type === 'string' ? tool.raw.type : name };
    const type = tool?.kind === 'custom' && encoding.customTools ? 'custom' : 'function';
    return { type, name: wireName(tool ?? { name }, encoding) };
  };
  if (choice.kind === 'tool') return refer(choice.name);
  if (choice.kind === 'any') return 'required';
  if (choice.kind !== 'allowed') return choice.kind;
  const mode = choice.mode === 'any' ? 'required' : 'auto';
  return { type: 'allowed_tools', mode, tools: choice.names.filter((n) => index.has(n)).map(refer) };
}
