import { writeGeminiPath } from '@turnpike/dialects';
import type { DialectId } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';

/** Where a dialect's generation calls go, behind a provider's base path. */
const GENERATE: Readonly<Record<DialectId, (model: string, stream: boolean) => string>> = {
  'openai-chat': () => '/chat/completions',
  'openai-responses': () => '/responses',
  'anthropic-messages': () => '/messages',
  'gemini-generate': (model, stream) =>
    writeGeminiPath(model, stream ? 'streamGenerateContent' : 'generateContent'),
};

export const COUNT_TOKENS_PATH = '/messages/count_tokens';

/** Path of one generation call at its target, query included. */
export const generatePath = ({ provider, dialect, model }: Target, stream: boolean): string =>
  provider.basePath + GENERATE[dialect](model, stream);
