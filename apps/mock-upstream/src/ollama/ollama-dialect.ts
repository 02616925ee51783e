import type { JsonObject } from '@turnpike/kernel';
import type { ErrorWording, VendorError } from '../wire/vendor-error';
import type { WireDialect } from '../wire/wire-dialect';
import { checkOllama } from './check-ollama';
import { understandOllama } from './understand-ollama';
import { streamOllama, writeOllama } from './write-ollama';

const WORDINGS: Record<ErrorWording, string> = {
  credit: 'you have reached your usage limit, upgrade for higher limits',
  context: 'the input length exceeds the context length',
  model: "model 'no-such-model' not found",
  capacity: 'server busy, please try again. maximum pending requests exceeded',
  filter: 'request blocked',
  key: 'unauthorized',
};

/** An error in Ollama's shape. */
export const ollamaError = ({ message, wording }: VendorError): JsonObject => ({
  error: wording ? WORDINGS[wording] : message,
});

/** Ollama's own chat: lines of JSON. */
export const ollamaDialect: WireDialect = {
  name: 'ollama',
  credentialOf: (headers) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1],
  check: checkOllama,
  understand: ({ members }) => understandOllama(members),
  whole: writeOllama,
  steps: streamOllama,
  streamType: () => 'application/x-ndjson',
  errorBody: ollamaError,
  errorEvent: (error) => `${JSON.stringify(ollamaError(error))}\n`,
};
