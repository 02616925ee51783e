import { asText } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import type { WireRequest } from '../../wire/wire-request';
import type { WireService } from '../../wire/wire-service';
import { jsonReply } from '../../wire/wire-service';

const DEFAULT_LIFE_S = 3599;
const refuse = (code: string, message: string, status = 400): VendorError => ({ status, code, message });

/** An application's own credentials; its secret is checked where it is known. */
function check({ members, entraSecrets }: WireRequest): VendorError | undefined {
  const id = asText(members.client_id);
  if (!id)
    return refuse(
      'invalid_request',
      "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
    );
  if (members.grant_type !== 'client_credentials')
    return refuse(
      'unsupported_grant_type',
      `AADSTS70003: The app requested an unsupported grant type '${asText(members.grant_type)}'.`,
    );
  if (!asText(members.scope).endsWith('/.default'))
    return refuse(
      'invalid_scope',
      `AADSTS1002012: The provided value for scope ${asText(members.scope)} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
    );
  const secret = asText(members.client_secret);
  if (!secret && !asText(members.client_assertion))
    return refuse(
      'invalid_client',
      "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
      401,
    );
  if (!Object.keys(entraSecrets).length) return undefined;
  return Object.hasOwn(entraSecrets, id) && entraSecrets[id] === secret
    ? undefined
    : refuse('invalid_client', `AADSTS7000215: Invalid client secret provided for app '${id}'.`, 401);
}

/** Microsoft Entra's token endpoint, for applications. */
export const entraToken: WireService = {
  prompts: () => [],
  check,
  reply({ wire, plan, nowMs }) {
    const life = plan?.expiresIn ?? DEFAULT_LIFE_S;
    const token = wire.tokens.issue(life, nowMs);
    const body = { token_type: 'Bearer', expires_in: life, ext_expires_in: life, access_token: token };
    return jsonReply(JSON.stringify(body));
  },
};
