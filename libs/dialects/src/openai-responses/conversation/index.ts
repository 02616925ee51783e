import { textOf } from '../../answer';
import type { ConversationCodec } from '../../dialect';
import { inputItems, outputItems, replayItems } from './conversation-items';
import { readEnd } from './read-end';
import { readState } from './read-state';

/** Responses name the response that they go on from; the server has the rest. */
export const RESPONSES_CONVERSATION: ConversationCodec = {
  previousMember: 'previous_response_id',
  itemsMember: 'input',
  readState,
  inputItems,
  outputItems,
  replayItems,
  readEnd,
  idOf: (response) => textOf(response.id),
};
