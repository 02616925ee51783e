import type { JsonObject } from '@turnpike/kernel';

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

/** One model's record. */
export const modelRecord = (dialect: string, id: string): JsonObject =>
  dialect === 'messages' ? messagesModel(id) : chatModel(id);

/** All models in the shape of the dialect. */
export function modelList(dialect: string, ids: readonly string[]): JsonObject {
  if (dialect !== 'messages') return { object: 'list', data: ids.map(chatModel) };
  return {
    data: ids.map(messagesModel),
    has_more: false,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  };
}
