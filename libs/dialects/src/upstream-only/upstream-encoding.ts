import { GatewayError } from '@turnpike/kernel';
import {
  bookNames,
  LossLog,
  type Capabilities,
  type ChatRequest,
  type NameBook,
  type NameRule,
} from '@turnpike/protocol';
import type { EncodeTarget } from '../dialect';

/** What every step of one encoding needs. Nobody's client speaks such a wire, so nothing is ever native to it. */
export interface UpstreamEncoding {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  readonly sameDialect: false;
  readonly names: NameBook;
  readonly losses: LossLog;
}

export const createUpstreamEncoding = (
  request: ChatRequest,
  target: EncodeTarget,
  names: NameRule,
): UpstreamEncoding => ({
  request,
  target,
  capabilities: target.capabilities,
  sameDialect: false,
  names: bookNames(request, names, true),
  losses: new LossLog(),
});

/** What has no honest translation. `param`: the member of the client's body that asks for it. */
export function unsupported(message: string, param?: string): never {
  throw new GatewayError('unsupported_content', message, param === undefined ? {} : { param });
}
