import type { MemberReader, TaskReader } from '../../dialect';
import { asksToThink } from '@turnpike/protocol';
import { decodeConfig } from './decode-config';

const configOf = (member: MemberReader) =>
  decodeConfig({ generationConfig: member('generationconfig') ?? member('generation_config') });

/** What a generateContent request asks for. */
export const GEMINI_TASK: TaskReader = {
  thinks: (member) => asksToThink(configOf(member).reasoning),
  wantsJson: (member) => configOf(member).format !== undefined,
};
