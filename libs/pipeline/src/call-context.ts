import type { IncomingHttpHeaders } from 'node:http';
import type { Principal, ProjectRef } from '@turnpike/identity';
import type { Address, Dialect } from '@turnpike/dialects';
import type { Reply } from './ports';

/** Who calls, in which dialect, with what: fixed before the story begins and passed explicitly. */
export interface CallContext {
  /** UUIDv7, always our own. */
  readonly id: string;
  /** What the client named it, else the call id. */
  readonly requestId: string;
  readonly dialect: Dialect;
  /** What the URL says, in dialects that put it there. */
  readonly address?: Address;
  readonly principal: Principal;
  readonly project: ProjectRef | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly receivedAtMs: number;
  readonly clientHeaders: IncomingHttpHeaders;
  readonly reply: Reply;
}
