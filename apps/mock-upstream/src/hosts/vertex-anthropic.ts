import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { geminiError } from '../gemini/gemini-error';
import { checkMessages } from '../messages/check-messages';
import { messagesDialect } from '../messages/messages-dialect';
import { asText, nameSet } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireDialect } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';

const VERSION = 'vertex-2023-10-16';
/** Betas that this cloud knows; any other refuses the request. */
const BETAS = nameSet(`claude-code-20250219 compact-2026-01-12 compact-2026-09-04 computer-use-2025-01-24
  computer-use-2025-11-24 context-1m-2025-08-07 context-management-2025-06-27 dangerous-tool-use-2026-09-03
  interleaved-thinking-2025-05-14 per-turn-control-2026-07-01 thinking-binding-controls-2026-08-01
  thinking-display-updates-2026-08-18 tool-search-tool-2025-10-19 web-search-2025-03-05`);
/** What the cloud's own front answers, in its own shape. */
const FRONT: readonly number[] = [401, 403, 404, 429];

const betasOf = ({ headers, members }: WireRequest): string[] => [
  ...String(headers['anthropic-beta'] ?? '')
    .split(',')
    .map((beta) => beta.trim())
    .filter(Boolean),
  ...(Array.isArray(members.anthropic_beta) ? members.anthropic_beta.map(asText) : []),
];

/** The request as the vendor's own door would see it. */
function plain(wire: WireRequest): WireRequest {
  const { anthropic_version: _version, anthropic_beta: _betas, ...rest } = wire.members;
  const members: JsonObject = { ...rest, model: wire.modelId ?? rest.model };
  return {
    ...wire,
    members,
    body: members,
    headers: { ...wire.headers, 'anthropic-version': '2023-06-01', 'anthropic-beta': betasOf(wire).join() },
  };
}

function check(wire: WireRequest): VendorError | undefined {
  const { body, members, modelId, operation } = wire;
  if (!isObject(body)) return complain('', 'Invalid JSON payload received.');
  if (operation === 'generate' && members.model !== undefined)
    return complain('model', 'Extra inputs are not permitted');
  if (operation === 'count-tokens' && modelId === undefined && !members.model)
    return complain('model', 'Field required');
  if (members.anthropic_version === undefined) return complain('anthropic_version', 'Field required');
  if (members.anthropic_version !== VERSION)
    return complain('anthropic_version', `Input should be '${VERSION}'`);
  const stranger = betasOf(wire).find((beta) => !BETAS.has(beta));
  return stranger === undefined
    ? checkMessages(plain(wire))
    : complain(
        '',
        `Unexpected value(s) \`${stranger}\` for the \`anthropic-beta\` header. Please consult our documentation at docs.claude.com or try again without the header.`,
      );
}

/** Claude at Vertex: the model in the address, the version in the body. */
export const vertexAnthropic: WireDialect = {
  ...messagesDialect,
  needsCredential: true,
  credentialOf: (headers) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1],
  check,
  understand: (wire) => ({ ...messagesDialect.understand(plain(wire)), streams: wire.streams }),
  errorBody: (error) =>
    FRONT.includes(error.status) ? geminiError(error) : messagesDialect.errorBody(error),
};
