import { createAwsEventReader } from '@turnpike/protocol';
import type { UpstreamDialect } from '../dialect';
import { encodeConverseRequest } from './request';
import { decodeConverseResponse, readConverseAnswer } from './response';
import { createConverseStreamDecoder } from './stream';

/** Converse of Amazon Bedrock. The model stands in the address, streams come in binary frames. */
export const BEDROCK_CONVERSE: UpstreamDialect = {
  id: 'bedrock-converse',
  encodeRequest: encodeConverseRequest,
  takesUrl: () => false,
  decodeResponse: decodeConverseResponse,
  createStreamDecoder: createConverseStreamDecoder,
  readAnswer: readConverseAnswer,
  framing: { contentType: 'application/vnd.amazon.eventstream', createReader: createAwsEventReader },
};
