import type { ToolOffer } from '../wire/wire-dialect';
import type { AnswerPart } from './answer';

/** A call of an offered tool, in the group it was offered in. */
export const callOf = (tool: ToolOffer, id: string, args: string): AnswerPart => ({
  kind: 'tool',
  id,
  name: tool.name,
  args,
  ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
  ...(tool.custom ? { custom: true } : {}),
});
