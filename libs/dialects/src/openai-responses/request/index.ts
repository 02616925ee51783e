export { decodeResponsesRequest } from './decode-responses-request';
export { encodeResponsesRequest } from './encode-responses-request';
