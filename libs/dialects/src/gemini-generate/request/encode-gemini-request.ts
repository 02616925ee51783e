import type { JsonObject } from '@turnpike/kernel';
import { bookNames, compact, LossLog, type ChatRequest, type Restoration } from '@turnpike/protocol';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import { writeForeignTier, writeTier } from '../../foreign/service-tier';
import { GEMINI_DIALECT_ID } from '../gemini-id';
import { encodeConfig, encodeStop } from './encode-config';
import { encodeContents, storedContent } from './encode-contents';
import { encodeFormat } from './encode-format';
import { encodeTools } from './encode-tools';
import { checkForeignMembers } from './foreign-members';
import { GEMINI_NAMES, nativeMembers, type GeminiEncoding } from './gemini-encoding';

function createEncoding(request: ChatRequest, target: EncodeTarget): GeminiEncoding {
  return {
    request,
    target,
    capabilities: target.capabilities,
    sameDialect: request.dialect === GEMINI_DIALECT_ID,
    names: bookNames(request, GEMINI_NAMES, true),
    losses: new LossLog(),
    calls: new Map(),
  };
}

function encodeSystem(encoding: GeminiEncoding): JsonObject | undefined {
  if (encoding.capabilities.systemRole === 'none') return undefined;
  const parts = encoding.request.system
    .filter((part) => part.text !== '')
    .map((part) => ({ text: part.text, ...nativeMembers(part.native, encoding) }));
  return parts.length === 0 ? undefined : { parts };
}

/** The request with the words that stand in for a mode the model lacks. */
function instructed(request: ChatRequest, instruction: string | undefined): ChatRequest {
  if (instruction === undefined) return request;
  return { ...request, system: [...request.system, { kind: 'text', text: instruction }] };
}

/** Not every model is served in tiers: those that are say so. */
function encodeTier(encoding: GeminiEncoding): JsonObject {
  const serviceTier = encoding.sameDialect ? writeTier(encoding) : writeForeignTier(encoding, []);
  return serviceTier === undefined ? {} : { serviceTier };
}

function nativeTopLevel(encoding: GeminiEncoding): JsonObject {
  if (encoding.sameDialect) {
    const { toolConfig: _choice, generationConfig: _config, ...more } = encoding.request.native;
    return more;
  }
  checkForeignMembers(encoding);
  return {};
}

/**
 * The body for a generateContent upstream; model and stream belong to its URL. Equal requests give equal bodies.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeGeminiRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const asked = createEncoding(request, target);
  const native = nativeTopLevel(asked);
  const format = encodeFormat(asked);
  const encoding = { ...asked, request: instructed(request, format.instruction) };
  const stop = encodeStop(encoding);
  const body = compact<JsonObject>({
    systemInstruction: encodeSystem(encoding),
    contents: encodeContents(encoding),
    ...encodeTools(encoding),
    ...encodeConfig(format, stop, encoding),
    ...storedContent(encoding),
    ...encodeTier(encoding),
    ...native,
  });
  encoding.losses.count('renamed_tools', encoding.names.renamed);
  const restoration = compact<Restoration>({
    tools: encoding.names.restoration,
    ...format.restoration,
    ...stop.restoration,
    thinkTag: target.capabilities.thinkTag,
  });
  return { body, losses: encoding.losses.list(), restoration };
}
