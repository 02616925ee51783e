import { isObject } from '@turnpike/kernel';
import { asksToThink } from '@turnpike/protocol';
import type { TaskReader } from '../../dialect';
import { decodeFormat } from './decode-format';
import { decodeReasoningRequest } from './decode-reasoning';

/** What a Responses request asks for. */
export const RESPONSES_TASK: TaskReader = {
  thinks: (member) => asksToThink(decodeReasoningRequest({ reasoning: member('reasoning') })),
  wantsJson: (member) => {
    const text = member('text');
    const kind = isObject(text) ? decodeFormat(text)?.kind : undefined;
    return kind === 'json' || kind === 'schema';
  },
  // Codex with gpt-6 models brings its tools in an item of the input (2026-11).
  toolMark: '"additional_tools"',
};
