import { asksToThink } from '@turnpike/protocol';
import type { MemberReader, TaskReader } from '../../dialect';
import { decodeFormat } from './decode-format';
import { decodeReasoningRequest, REASONING_MEMBERS } from './decode-reasoning-request';

const THINKING = [...REASONING_MEMBERS, 'chat_template_kwargs'] as const;

const pick = (names: readonly string[], member: MemberReader) =>
  Object.fromEntries(names.map((name) => [name, member(name)]));

/** What a Chat request asks for. */
export const CHAT_TASK: TaskReader = {
  thinks: (member) => asksToThink(decodeReasoningRequest(pick(THINKING, member))),
  wantsJson: (member) => {
    const kind = decodeFormat(pick(['response_format'], member))?.kind;
    return kind === 'json' || kind === 'schema';
  },
};
