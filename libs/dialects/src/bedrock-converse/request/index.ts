export { encodeConverseRequest } from './encode-converse-request';
