import { asksToThink } from '@turnpike/protocol';
import type { TaskReader } from '../../dialect';
import { decodeFormat, decodeReasoningRequest } from './decode-reasoning-request';

/** What a Messages request asks for. An effort without `thinking` governs the length of the answer alone. */
export const MESSAGES_TASK: TaskReader = {
  thinks: (member) => {
    const thinking = member('thinking');
    return asksToThink(decodeReasoningRequest({ thinking }));
  },
  wantsJson: (member) => {
    const [output_config, output_format] = [member('output_config'), member('output_format')];
    return decodeFormat({ output_config, output_format }) !== undefined;
  },
};
