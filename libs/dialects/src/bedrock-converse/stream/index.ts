export { createConverseStreamDecoder } from './converse-stream-decoder';
