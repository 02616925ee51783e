import type { JsonObject } from '@turnpike/kernel';
import { withoutThinkingEdits } from './thinking-edits';

const CLEAR = { type: 'clear_thinking_20251015', keep: 'all' };
const OTHER = { type: 'clear_tool_uses_20250919' };

it.each<[JsonObject, JsonObject]>([
  [{ a: 1 }, { a: 1 }],
  [{ context_management: null }, { context_management: null }],
  [{ context_management: { edits: [OTHER] } }, { context_management: { edits: [OTHER] } }],
  [{ a: 1, context_management: { edits: [CLEAR] } }, { a: 1 }],
  [{ context_management: { edits: [CLEAR, OTHER], b: 1 } }, { context_management: { edits: [OTHER], b: 1 } }],
])('%j', (members, left) => {
  expect(withoutThinkingEdits(members)).toEqual(left);
});
