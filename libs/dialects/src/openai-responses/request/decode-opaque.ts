import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import { unwrapSignature, type OpaquePart, type TextPart } from '@turnpike/protocol';
import { textOf } from '../../answer';
import { VENDOR } from '../responses-name';

/** Records of what ran at OpenAI: without them the conversation still says the same. */
const RECORDS = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'tool_search_call',
  'tool_search_output',
  'program',
  'program_output',
]);

/** What a client ran itself through a tool of the vendor's own: other models read it in words. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  local_shell_call: ['action'],
  local_shell_call_output: ['output'],
  shell_call: ['action'],
  shell_call_output: ['output'],
  apply_patch_call: ['operation'],
  apply_patch_call_output: ['status', 'output'],
};

/** Asks for the conversation in short. Models that do not know the item are asked in words. */
export const COMPACTION_TRIGGER = 'compaction_trigger';
const SUMMARISE =
  'Summarise this conversation so that the work can go on from the summary alone: what was asked for, what was done and ' +
  'found out, what is still open, with every name, path, command and decision that matters. ' +
  'Answer with the summary and nothing else, and call no tool.';

/** Items that only the client can have made; all others are the assistant's. */
const FROM_USER = /(?:_output|_response)$/;

export const roleOfOpaque = (type: string): 'user' | 'assistant' =>
  FROM_USER.test(type) || type === COMPACTION_TRIGGER ? 'user' : 'assistant';

function words(type: string, item: JsonObject): string {
  const members = (TOLD[type] ?? []).map((name) => item[name]).filter((value) => value !== undefined);
  return `[${type}] ${members.map((value) => (typeof value === 'string' ? value : stringifyJson(value))).join(' ')}`;
}

/**
 * Items that OpenAI alone understands: kept as they are for it, told in words where words will do. Compacted history
 * and types that nobody knows cannot be left out without changing what the conversation says.
 */
export function decodeOpaqueItem(type: string, item: JsonObject): OpaquePart {
  const part: OpaquePart = { kind: 'opaque', vendor: VENDOR, raw: item };
  if (type === COMPACTION_TRIGGER) return { ...part, text: SUMMARISE };
  if (RECORDS.has(type)) return part;
  return Object.hasOwn(TOLD, type) ? { ...part, text: words(type, item) } : { ...part, essential: true };
}

/** A summary that we gave in place of the vendor's compacted history, which nobody else can read; undefined for theirs. */
export function decodeSummary(item: JsonObject): TextPart | undefined {
  const wrapped = unwrapSignature(textOf(item.encrypted_content) ?? '');
  if (wrapped?.kind !== 'summary') return undefined;
  return { kind: 'text', text: `Summary of the conversation so far:\n\n${wrapped.value}` };
}
