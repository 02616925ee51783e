export { decodeChatRequest } from './decode-chat-request';
export { encodeChatRequest } from './encode-chat-request';
