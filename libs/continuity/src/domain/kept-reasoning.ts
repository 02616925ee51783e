import { isObject, type Json } from '@turnpike/kernel';
import type { ReasoningPart, Signature } from '@turnpike/protocol';
import type { TracedCall } from './trace-calls';

/** What is kept of the reasoning behind one call. */
export interface KeptReasoning {
  /** Who reasoned: whose signatures these are. */
  readonly vendor: string;
  readonly account: string;
  /** Tool that was called. */
  readonly name: string;
  readonly opening: readonly ReasoningPart[];
  readonly reasoning: readonly ReasoningPart[];
  readonly signature?: Signature;
}

/** By call id, as the client knows it. */
export type ReasoningByCall = ReadonlyMap<string, KeptReasoning>;

/** Where reasoning came from. */
export interface ReasoningOrigin {
  readonly vendor: string;
  readonly account: string;
  /** The words themselves are wanted back, with or without a proof. */
  readonly wantsWords: boolean;
}

/** Words without a proof help nobody but a model that wants its own words back. */
const isWorthKeeping = (part: ReasoningPart, { wantsWords }: ReasoningOrigin): boolean =>
  wantsWords || part.signature !== undefined || part.redacted !== undefined;

/** undefined: nothing that could ever be of use. */
export function keepReasoning(call: TracedCall, origin: ReasoningOrigin): KeptReasoning | undefined {
  const opening = call.opening.filter((part) => isWorthKeeping(part, origin));
  const reasoning = call.reasoning.filter((part) => isWorthKeeping(part, origin));
  const { name, signature } = call;
  if (opening.length === 0 && reasoning.length === 0 && !signature) return undefined;
  const { vendor, account } = origin;
  return { vendor, account, name, opening, reasoning, ...(signature && { signature }) };
}

const VERSION = 1;

export const writeKeptReasoning = (kept: KeptReasoning): Buffer =>
  Buffer.from(JSON.stringify({ v: VERSION, ...kept }));

/** undefined: written by a version of this product that is not understood here. */
export function readKeptReasoning(bytes: Buffer): KeptReasoning | undefined {
  const value = JSON.parse(bytes.toString('utf8')) as Json;
  if (!isObject(value) || value.v !== VERSION) return undefined;
  return value as unknown as KeptReasoning;
}
