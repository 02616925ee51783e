import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, ChatRequest, LossLog, NameBook, Turn } from '@turnpike/protocol';
import type { EncodeTarget } from '../../dialect';

/** What every step of one encoding needs. */
export interface ChatEncoding {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  /** The client speaks this dialect too: what only it knows is forwarded. */
  readonly sameDialect: boolean;
  /** Free-text tools exist upstream. */
  readonly customTools: boolean;
  readonly names: NameBook;
  readonly losses: LossLog;
}

/** Members of a message that only this dialect knows, without names where the server refuses them. */
export function nativeMembers(turn: Turn, encoding: ChatEncoding): JsonObject | undefined {
  if (!encoding.sameDialect || turn.native === undefined) return undefined;
  const { participantNames, minimalFields } = encoding.capabilities;
  if (participantNames !== false && minimalFields !== true) return turn.native;
  const { name, ...rest } = turn.native;
  if (name !== undefined) encoding.losses.dropped('name');
  return Object.keys(rest).length === 0 ? undefined : rest;
}
