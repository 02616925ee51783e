import type { WireDialect } from '../wire/wire-dialect';
import { bedrockError, exceptionFrame } from './bedrock-error';
import { checkBedrock } from './check-bedrock';
import { awsCredential, checkSignature } from './check-signature';
import { understandBedrock } from './understand-bedrock';
import { streamBedrock, writeBedrock } from './write-bedrock';

/** Amazon Bedrock's Converse, its event streams and its token counts. */
export const bedrockDialect: WireDialect = {
  name: 'bedrock',
  limitFamily: 'none',
  badKeyStatus: 403,
  credentialOf: (headers) => awsCredential(headers.authorization),
  authenticate: checkSignature,
  check: checkBedrock,
  understand: understandBedrock,
  whole: (answer, { seal }) => writeBedrock(answer, seal),
  steps: (answer, { seal }) => streamBedrock(answer, seal),
  streamType: () => 'application/vnd.amazon.eventstream',
  errorBody: (error) => ({ message: bedrockError(error).message }),
  errorHeaders: (error) => ({
    'x-amzn-errortype': `${bedrockError(error).type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
    'x-amzn-requestid': 'f2cbd1a6-0000-4000-8000-000000000000',
  }),
  errorEvent: exceptionFrame,
  tokenCount: (tokens) => ({ inputTokens: tokens }),
};
