import { CallTrace, type TracedCall } from '@turnpike/continuity';
import type { JsonObject } from '@turnpike/kernel';
import { unfoldResponse, type ChatResponse } from '@turnpike/protocol';

/** What of an answer is to be remembered. */
export interface Keeps {
  /** The reasoning behind its calls. */
  readonly calls: boolean;
  /** The whole of it, as the client got it. */
  readonly response: boolean;
}

/** What a delivered answer leaves behind. Asked after its last byte, and only then worked out. */
export interface Remains {
  /** Ids as the upstream gave them. */
  calls(): readonly TracedCall[];
  /** undefined: it is not to be remembered, or cannot be read. */
  response(): JsonObject | undefined;
}

const NONE: readonly TracedCall[] = [];
export const noCalls = (): readonly TracedCall[] => NONE;
export const noResponse = (): undefined => undefined;

export function callsOf(response: ChatResponse): readonly TracedCall[] {
  if (!response.parts.some((part) => part.kind === 'call')) return NONE;
  const trace = new CallTrace();
  for (const event of unfoldResponse(response)) trace.note(event);
  return trace.calls();
}
