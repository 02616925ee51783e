import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  bookNames,
  CHAT_NAMES,
  compact,
  LossLog,
  type ChatRequest,
  type Restoration,
} from '@turnpike/protocol';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import { OPENAI_RESPONSES_ID } from '../responses-name';
import { encodeFormat } from './encode-format';
import { encodeInput } from './encode-input';
import {
  encodeAccount,
  encodeMaxTokens,
  encodeReasoningRequest,
  encodeSampling,
  encodeStop,
} from './encode-params';
import { encodeTools } from './encode-tools';
import { checkForeignMembers } from './foreign-members';
import { thinks, type ResponsesEncoding } from './responses-encoding';

const ENCRYPTED = 'reasoning.encrypted_content';
const LOGPROBS = 'message.output_text.logprobs';

function createEncoding(request: ChatRequest, target: EncodeTarget): ResponsesEncoding {
  const { capabilities } = target;
  const customTools = capabilities.customTools !== false && capabilities.minimalFields !== true;
  const sameDialect = request.dialect === OPENAI_RESPONSES_ID;
  return {
    request,
    target,
    capabilities,
    sameDialect,
    customTools,
    names: bookNames(request, CHAT_NAMES, !customTools, sameDialect),
    losses: new LossLog(),
  };
}

function nativeMembers(encoding: ResponsesEncoding): JsonObject {
  const { request, capabilities, losses, sameDialect } = encoding;
  if (!sameDialect) {
    checkForeignMembers(encoding);
    return {};
  }
  if (capabilities.minimalFields !== true) return request.native;
  for (const name of Object.keys(request.native)) losses.dropped(name);
  return {};
}

function accountMembers(encoding: ResponsesEncoding): JsonObject {
  const members = encodeAccount(encoding);
  if (encoding.capabilities.minimalFields !== true) return members;
  for (const name of Object.keys(members)) encoding.losses.dropped(name);
  return {};
}

/** Nothing is stored there: encrypted reasoning comes with the answer instead. */
function encodeState(native: JsonObject, encoding: ResponsesEncoding): JsonObject {
  const { request, capabilities, sameDialect } = encoding;
  if (capabilities.minimalFields === true) return {};
  const more: Json[] = Array.isArray(native.include) ? native.include : [];
  const logprobs = sameDialect && request.logprobs && capabilities.noSampling !== true;
  const include = [...more, ...(thinks(encoding) ? [ENCRYPTED] : []), ...(logprobs ? [LOGPROBS] : [])];
  return compact<JsonObject>({
    store: false,
    include: include.length > 0 ? include : undefined,
    top_logprobs: logprobs ? request.logprobs.top : undefined,
  });
}

/** An object of members, or nothing where it has none. */
const group = (name: string, ...members: readonly (Json | undefined)[]): JsonObject => {
  const all: JsonObject = compact(Object.assign({}, ...members.filter(isObject)) as JsonObject);
  return Object.keys(all).length === 0 ? {} : { [name]: all };
};

const verbosityOf = ({ request, capabilities, losses }: ResponsesEncoding): string | undefined => {
  if (request.verbosity === undefined || capabilities.minimalFields !== true) return request.verbosity;
  losses.dropped('verbosity');
  return undefined;
};

/**
 * The body for a Responses upstream. Equal requests give equal bodies, members in one order.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeResponsesRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const encoding = createEncoding(request, target);
  const { include, text, reasoning, ...native } = nativeMembers(encoding);
  const tools = encodeTools(encoding);
  const format = encodeFormat(encoding);
  const stops = encodeStop(encoding);
  const instructions = [tools.instruction, format.instruction].filter((line) => line !== undefined);
  const body = compact<JsonObject>({
    model: target.model,
    ...encodeInput(instructions, encoding),
    ...(request.stream ? { stream: true } : {}),
    ...encodeState(compact<JsonObject>({ include }), encoding),
    ...encodeMaxTokens(encoding),
    ...encodeSampling(encoding),
    ...tools.members,
    ...format.members,
    ...group('reasoning', encodeReasoningRequest(encoding), reasoning),
    ...group('text', compact({ format: format.format, verbosity: verbosityOf(encoding) }), text),
    ...accountMembers(encoding),
    ...native,
  });
  encoding.losses.count('renamed_tools', encoding.names.renamed);
  const restoration = compact<Restoration>({
    tools: restoredTools(encoding),
    ...format.restoration,
    ...stops,
    thinkTag: target.capabilities.thinkTag,
  });
  return { body, losses: encoding.losses.list(), restoration };
}

/** Namespaces come back by themselves where they exist upstream: only changed names are undone. */
function restoredTools({ names, sameDialect, customTools }: ResponsesEncoding): Restoration['tools'] {
  if (!sameDialect || !names.restoration || !customTools) return names.restoration;
  const kept = [...names.restoration].filter(([, tool]) => tool.namespace === undefined);
  return kept.length === 0 ? undefined : new Map(kept);
}
