import type { Dialect } from '../dialect';
import { renderChatError, renderChatErrorEvent } from './error';
import { decodeChatRequest, encodeChatRequest } from './request';
import { CHAT_TASK } from './request/chat-task';
import { decodeChatResponse, encodeChatResponse } from './response';
import { CHAT_CALL_ID } from './response/write-said';
import { createChatStreamDecoder, createChatStreamEncoder } from './stream';
import { createChatTap, readChatAnswer } from './tap';
import { writeChatUsage } from './usage';

/** OpenAI Chat Completions, as a front door and as an upstream format. */
export const OPENAI_CHAT: Dialect = {
  id: 'openai-chat',
  decodeRequest: decodeChatRequest,
  encodeRequest: encodeChatRequest,
  takesUrl: ({ kind }) => kind === 'image',
  decodeResponse: decodeChatResponse,
  encodeResponse: encodeChatResponse,
  createStreamDecoder: createChatStreamDecoder,
  createStreamEncoder: createChatStreamEncoder,
  createTap: createChatTap,
  readAnswer: readChatAnswer,
  renderError: renderChatError,
  renderErrorEvent: renderChatErrorEvent,
  keepAlive: ': keep-alive\n\n',
  streamEnd: 'data: [DONE]\n\n',
  task: CHAT_TASK,
  callIds: CHAT_CALL_ID,
  writeUsage: writeChatUsage,
};
