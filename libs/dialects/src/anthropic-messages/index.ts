import type { Dialect } from '../dialect';
import { renderMessagesError, renderMessagesErrorEvent } from './error';
import { decodeMessagesRequest, encodeMessagesRequest } from './request';
import { MESSAGES_TASK } from './request/messages-task';
import { decodeMessagesResponse, encodeMessagesResponse } from './response';
import { MESSAGES_CALL_ID } from './response/write-blocks';
import { createMessagesStreamDecoder, createMessagesStreamEncoder } from './stream';
import { createMessagesTap, readMessagesAnswer } from './tap';
import { writeMessagesUsage } from './usage';

/** Anthropic Messages, as a front door and as an upstream format. */
export const ANTHROPIC_MESSAGES: Dialect = {
  id: 'anthropic-messages',
  decodeRequest: decodeMessagesRequest,
  encodeRequest: encodeMessagesRequest,
  decodeResponse: decodeMessagesResponse,
  encodeResponse: encodeMessagesResponse,
  createStreamDecoder: createMessagesStreamDecoder,
  createStreamEncoder: createMessagesStreamEncoder,
  createTap: createMessagesTap,
  readAnswer: readMessagesAnswer,
  renderError: renderMessagesError,
  renderErrorEvent: renderMessagesErrorEvent,
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  streamEnd: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  task: MESSAGES_TASK,
  callIds: MESSAGES_CALL_ID,
  writeUsage: writeMessagesUsage,
};
