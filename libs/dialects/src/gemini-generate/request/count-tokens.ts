import type { JsonObject } from '@turnpike/kernel';
import { countOf } from '../../answer';
import { bareModel, camelMembers } from '../wire';

/** An encoded request as the body of `countTokens`: only whole does it count system and tools as well. */
export const toGeminiCountBody = (body: JsonObject, model: string): JsonObject => ({
  generateContentRequest: { model: `models/${bareModel(model)}`, ...body },
});

/** What the counter says; undefined when it says nothing. */
export const readGeminiCount = (answer: JsonObject): number | undefined =>
  countOf(camelMembers(answer).totalTokens);

export const writeGeminiCount = (inputTokens: number): JsonObject => ({ totalTokens: inputTokens });
