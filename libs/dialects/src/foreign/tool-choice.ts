import { GatewayError } from '@turnpike/kernel';
import { indexTools, type ChatRequest, type Tool, type ToolChoice } from '@turnpike/protocol';

/** What of an encoding the check of a choice needs. */
interface Choosing {
  readonly request: Pick<ChatRequest, 'tools'>;
  readonly target: { readonly model: string };
}

/**
 * A choice that forces a tool which cannot be sent has no honest answer. `tools`: those that can.
 * @throws GatewayError unsupported_content; invalid_request: no such tool was offered.
 */
export function checkForced(tools: readonly Tool[], choice: ToolChoice, { request, target }: Choosing): void {
  if (request.tools.length === 0) return;
  const lost = choice.kind === 'tool' && !indexTools(tools).has(choice.name);
  if (!lost && !(choice.kind === 'any' && tools.length === 0)) return;
  const known = choice.kind !== 'tool' || indexTools(request.tools).has(choice.name);
  throw new GatewayError(
    known ? 'unsupported_content' : 'invalid_request',
    known
      ? `The tool choice forces a tool that the model ${target.model} does not have.`
      : 'tool_choice names a tool that is not in tools.',
    { param: 'tool_choice' },
  );
}

/** The tools that are named, in their own order. */
export function onlyNamed(tools: readonly Tool[], names: readonly string[]): Tool[] {
  const index = indexTools(tools);
  const named = new Set(names.map((name) => index.get(name)));
  return tools.filter((tool) => named.has(tool));
}
