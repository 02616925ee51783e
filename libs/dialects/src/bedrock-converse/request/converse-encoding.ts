import type { JsonObject } from '@turnpike/kernel';
import type { CacheMark, ReasoningPart } from '@turnpike/protocol';
import type { UpstreamEncoding } from '../../upstream-only';
import { sealedThinking } from '../sealed-thinking';

/** What every step of one encoding needs. */
export interface ConverseEncoding extends UpstreamEncoding {
  /** Names of documents must differ within a request: how often each was asked for. */
  readonly documentNames: Map<string, number>;
}

/** Thinking that this target can verify; undefined for foreign and unsigned reasoning. */
export function encodeReasoning(
  { signature, text }: ReasoningPart,
  { target }: UpstreamEncoding,
): JsonObject | undefined {
  if (!signature || signature.vendor !== target.vendor) return undefined;
  const sealed = sealedThinking(signature);
  if (sealed !== undefined) return { reasoningContent: { redactedContent: sealed } };
  return { reasoningContent: { reasoningText: { text: text ?? '', signature: signature.value } } };
}

/** A breakpoint of the prompt cache; five minutes are what it lives anyway. */
export function cachePoint(mark: CacheMark | undefined, { capabilities }: UpstreamEncoding): JsonObject[] {
  if (mark === undefined || capabilities.cacheMarks === false) return [];
  const long = mark.ttl === '1h' && capabilities.longCache !== false;
  return [{ cachePoint: long ? { type: 'default', ttl: '1h' } : { type: 'default' } }];
}
