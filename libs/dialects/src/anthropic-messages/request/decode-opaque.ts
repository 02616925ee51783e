import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { OpaquePart } from '@turnpike/protocol';

const VENDOR = 'anthropic';

/** Records of what ran at Anthropic: without them the conversation still says the same. */
const RECORDS =
  /^(?:server_tool_use|mcp_tool_use|mcp_tool_result|web_search_tool_result|web_fetch_tool_result|code_execution_tool_result|bash_code_execution_tool_result|text_editor_code_execution_tool_result|tool_search_tool_result|compaction)$/;

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** `{type: "search_result", source, title, content: [{type: "text", text}]}` in words. */
function searchResultText(block: JsonObject): string {
  const passages = (Array.isArray(block.content) ? block.content : []).map((c) =>
    isObject(c) ? textOf(c.text) : undefined,
  );
  return [textOf(block.title), textOf(block.source), ...passages]
    .filter((text) => text !== undefined)
    .join('\n');
}

/** Blocks that Anthropic alone understands: kept as they are for it, told in words where words will do. */
export function decodeOpaque(type: string, block: JsonObject): OpaquePart {
  const part: OpaquePart = { kind: 'opaque', vendor: VENDOR, raw: block };
  if (type === 'search_result') return { ...part, text: searchResultText(block) };
  // What the vendor has told in short stands for all that was said before.
  if (type === 'compaction')
    return { ...part, text: block.content ? `${textOf(block.content) ?? ''}\n\n` : '' };
  if (type === 'tool_reference')
    return { ...part, text: `The tool ${textOf(block.tool_name) ?? ''} is available.` };
  return RECORDS.test(type) ? part : { ...part, essential: true };
}
