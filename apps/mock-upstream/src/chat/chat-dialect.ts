import { openaiError } from '../wire/openai-error';
import type { WireDialect } from '../wire/wire-dialect';
import { checkChat } from './check-chat';
import { understandChat } from './understand-chat';
import { streamChat, writeChat } from './write-chat';

/** OpenAI Chat Completions. */
export const chatDialect: WireDialect = {
  name: 'chat',
  credentialOf: (headers) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1],
  check: ({ body }) => checkChat(body),
  understand: ({ members }) => understandChat(members),
  whole: writeChat,
  steps: streamChat,
  errorBody: openaiError,
  errorEvent: (error) => `data: ${JSON.stringify(openaiError(error))}\n\n`,
};
