import type { JsonObject } from '@turnpike/kernel';
import type { WireFace } from '../wire/wire-dialect';

const CREATED_AT_S = 1_750_000_000;

const chatModel = (id: string): JsonObject => ({
  id,
  object: 'model',
  created: CREATED_AT_S,
  owned_by: 'mock',
});
const messagesModel = (id: string): JsonObject => ({
  type: 'model',
  id,
  display_name: id,
  created_at: new Date(CREATED_AT_S * 1000).toISOString(),
});
const geminiModel = (id: string): JsonObject => ({
  name: `models/${id}`,
  version: '001',
  displayName: id,
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ['generateContent', 'countTokens'],
});

/** One model's record. */
export function modelRecord(dialect: WireFace['name'], id: string): JsonObject {
  if (dialect === 'messages') return messagesModel(id);
  return dialect === 'gemini' ? geminiModel(id) : chatModel(id);
}

/** All models in the shape of the dialect. */
export function modelList(dialect: WireFace['name'], ids: readonly string[]): JsonObject {
  if (dialect === 'gemini') return { models: ids.map(geminiModel) };
  if (dialect !== 'messages') return { object: 'list', data: ids.map(chatModel) };
  return {
    data: ids.map(messagesModel),
    has_more: false,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  };
}
