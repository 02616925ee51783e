import { createVerify } from 'node:crypto';
import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import type { WireRequest } from '../../wire/wire-request';
import type { WireService } from '../../wire/wire-service';
import { jsonReply } from '../../wire/wire-service';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LONGEST_LIFE_S = 3600;
const DEFAULT_LIFE_S = 3599;

const refuse = (code: string, message: string, status = 400): VendorError => ({ status, code, message });
const BAD = refuse(
  'invalid_grant',
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
);
const UNSIGNED = refuse('invalid_grant', 'Invalid JWT Signature.');

function readPart(text: string | undefined): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString());
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isSigned(assertion: string, publicKey: string): boolean {
  const end = assertion.lastIndexOf('.');
  try {
    const verify = createVerify('RSA-SHA256').update(assertion.slice(0, end));
    return verify.verify(publicKey, assertion.slice(end + 1), 'base64url');
  } catch {
    return false;
  }
}

/** A service account's assertion: who, for what, at this endpoint, for an hour at most, signed where its key is known. */
function check({ members, googleKeys }: WireRequest): VendorError | undefined {
  if (members.grant_type !== GRANT) return refuse('unsupported_grant_type', 'Invalid grant_type');
  const assertion = asText(members.assertion);
  const [head, claims] = assertion.split('.');
  const { alg } = readPart(head);
  const { iss, scope, aud, iat, exp } = readPart(claims);
  if (alg !== 'RS256') return refuse('invalid_grant', 'Invalid JWT: alg must be RS256.');
  if (!asText(scope)) return refuse('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  if (!/\/token$/.test(asText(aud))) return refuse('invalid_grant', 'Invalid JWT: Failed audience check.');
  const nowS = Date.now() / 1000;
  const isTimely =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    exp > nowS &&
    exp - iat <= LONGEST_LIFE_S &&
    iat < nowS + 60;
  if (!isTimely) return BAD;
  if (!asText(iss)) return refuse('invalid_grant', 'Invalid grant: account not found');
  if (!Object.keys(googleKeys).length) return undefined;
  const key = Object.hasOwn(googleKeys, asText(iss)) ? googleKeys[asText(iss)] : undefined;
  if (key === undefined) return refuse('invalid_grant', 'Invalid grant: account not found');
  return isSigned(assertion, key) ? undefined : UNSIGNED;
}

/** Google's token endpoint, for service accounts. */
export const googleToken: WireService = {
  prompts: () => [],
  check,
  reply({ wire, plan, nowMs }) {
    const life = plan?.expiresIn ?? DEFAULT_LIFE_S;
    const token = wire.tokens.issue(life, nowMs);
    return jsonReply(JSON.stringify({ access_token: token, expires_in: life, token_type: 'Bearer' }));
  },
};
