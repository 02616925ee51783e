export { decodeResponsesRequest } from './decode-responses-request';
export { encodeResponsesRequest } from './encode-responses-request';
export { toInputTokensBody } from './input-tokens-body';
