export { toCountTokensBody } from './count-tokens-body';
export { decodeMessagesRequest } from './decode-messages-request';
export { encodeMessagesRequest } from './encode-messages-request';
