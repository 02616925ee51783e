import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readObject,
  readString,
  refuse,
  type ChatRequest,
  type Turn,
} from '@turnpike/protocol';
import { GEMINI_DIALECT_ID, VENDOR } from '../gemini-id';
import { bareModel, camelMembers, type GeminiAddress } from '../wire';
import { decodeConfig } from './decode-config';
import { decodeContents, decodeSystem } from './decode-contents';
import { decodeToolChoice, decodeTools } from './decode-tools';

const KNOWN: ReadonlySet<string> = new Set(
  'model contents systemInstruction tools toolConfig generationConfig cachedContent serviceTier'.split(' '),
);

/** Type of the part that stands for a stored beginning of the conversation. */
export const CACHED_CONTENT = 'cachedContent';

/** What a name of stored content stands for is known to its own account alone: everyone else has to refuse it. */
function storedTurns(name: string | undefined): Turn[] {
  if (name === undefined || name === '') return [];
  const raw = { type: CACHED_CONTENT, name };
  return [{ role: 'user', parts: [{ kind: 'opaque', vendor: VENDOR, raw, essential: true }] }];
}

/** A body of `countTokens` holds the request as a member. */
function requestIn(body: JsonObject): JsonObject {
  const given = camelMembers(body);
  const inner = readObject(given.generateContentRequest, 'generateContentRequest');
  return inner ? camelMembers(inner) : given;
}

/**
 * A generateContent request in our own vocabulary. The URL says which model and whether to stream; unknown optional
 * members are kept in `native`.
 * @throws GatewayError invalid_request with the path of what is wrong.
 */
export function decodeGeminiRequest(value: JsonObject, address?: GeminiAddress): ChatRequest {
  const body = requestIn(value);
  const model = bareModel(address?.model ?? readString(body.model, 'model') ?? '');
  if (model === '') refuse('model', 'is required: it stands in the path, before the colon');
  const { nativeConfig, ...config } = decodeConfig(body);
  const { toolChoice, toolConfig } = decodeToolChoice(body.toolConfig);
  const stored = storedTurns(readString(body.cachedContent, 'cachedContent'));
  const system = decodeSystem(body.systemInstruction);
  return compact<ChatRequest>({
    dialect: GEMINI_DIALECT_ID,
    model,
    system,
    turns: [...stored, ...decodeContents(body.contents)],
    tools: decodeTools(body.tools),
    toolChoice,
    ...config,
    tier: readString(body.serviceTier, 'serviceTier'),
    stream: address?.stream ?? false,
    includeUsage: true,
    native: compact<JsonObject>({
      ...otherMembers(body, KNOWN),
      toolConfig,
      generationConfig: nativeConfig,
    }),
  });
}
