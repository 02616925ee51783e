import type { JsonObject } from '@turnpike/kernel';
import { splitText } from '../answer/split-text';
import { asText } from '../wire/member-rules';
import type { StreamStep } from '../wire/wire-dialect';
import type { OutputItem } from './output-items';

/** An event before it has its number. */
export interface Emission {
  readonly type: string;
  readonly data: JsonObject;
  readonly phase: StreamStep['phase'];
}

/** The vendor pads its deltas so that their lengths tell nothing; readers must not mind. */
const padding = (text: string): JsonObject => ({ obfuscation: 'x'.repeat(16 - (text.length % 16)) });

/** A run of pieces between its opening and its closing events. */
function pieces(name: string, chunks: readonly string[], at: JsonObject, done: JsonObject): Emission[] {
  return [
    ...chunks.map((delta): Emission => ({
      type: `response.${name}.delta`,
      data: { ...at, delta, ...(name === 'output_text' ? { logprobs: [] } : {}), ...padding(delta) },
      phase: 'content',
    })),
    { type: `response.${name}.done`, data: { ...at, ...done }, phase: 'close' },
  ];
}

function messageEvents({ item, parts }: OutputItem, at: JsonObject, first: boolean): Emission[] {
  const content = Array.isArray(item.content) ? item.content : [];
  return parts.flatMap((part, i) => {
    const where = { ...at, content_index: i };
    const text = part.chunks.join('');
    const isText = part.kind === 'text';
    const empty = isText
      ? { type: 'output_text', text: '', annotations: [], logprobs: [] }
      : { type: 'refusal', refusal: '' };
    return [
      {
        type: 'response.content_part.added',
        data: { ...where, part: empty },
        phase: first && !i ? 'start' : 'content',
      } satisfies Emission,
      ...pieces(
        isText ? 'output_text' : 'refusal',
        part.chunks,
        where,
        isText ? { text, logprobs: [] } : { refusal: text },
      ),
      { type: 'response.content_part.done', data: { ...where, part: content[i] }, phase: 'close' },
    ];
  });
}

function reasoningEvents({ parts }: OutputItem, at: JsonObject): Emission[] {
  return parts.flatMap((part, i): Emission[] => {
    const where = { ...at, summary_index: i };
    const text = part.chunks.join('');
    const name = 'response.reasoning_summary_part';
    return [
      { type: `${name}.added`, data: { ...where, part: { type: 'summary_text', text: '' } }, phase: 'start' },
      ...pieces('reasoning_summary_text', part.chunks, where, { text }),
      { type: `${name}.done`, data: { ...where, part: { type: 'summary_text', text } }, phase: 'close' },
    ];
  });
}

function callEvents({ item }: OutputItem, at: JsonObject): Emission[] {
  if (item.type === 'custom_tool_call') {
    const input = asText(item.input);
    return pieces('custom_tool_call_input', splitText(input, 3), at, { input });
  }
  const args = asText(item.arguments);
  const done = { arguments: args, name: item.name };
  return pieces('function_call_arguments', splitText(args, 3), at, done);
}

function imageEvents(at: JsonObject): Emission[] {
  return ['in_progress', 'generating', 'completed'].map((step) => ({
    type: `response.image_generation_call.${step}`,
    data: at,
    phase: 'content',
  }));
}

/** What an item looks like when it begins. */
function opening(item: JsonObject): JsonObject {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'reasoning':
      // What is sealed here is not the final word: the vendor seals anew at the end.
      return { ...item, summary: [], ...(item.encrypted_content ? { encrypted_content: 'Z0FBQUFB' } : {}) };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, status: 'in_progress', input: '' };
    case 'image_generation_call':
      return { ...item, status: 'in_progress', result: null };
    default:
      return item;
  }
}

function innerEvents(output: OutputItem, at: JsonObject, first: boolean): Emission[] {
  switch (output.item.type) {
    case 'message':
      return messageEvents(output, at, first);
    case 'reasoning':
      return reasoningEvents(output, at);
    case 'image_generation_call':
      return imageEvents(at);
    case 'compaction':
      return [];
    default:
      return callEvents(output, at);
  }
}

/** The events of one item, from its opening to its end. */
export function itemEvents(output: OutputItem, index: number): Emission[] {
  const { item } = output;
  const said = item.type === 'message' || item.type === 'reasoning';
  return [
    {
      type: 'response.output_item.added',
      data: { output_index: index, item: opening(item) },
      phase: said && !index ? 'start' : 'content',
    },
    ...innerEvents(output, { item_id: item.id, output_index: index }, !index),
    { type: 'response.output_item.done', data: { output_index: index, item }, phase: 'close' },
  ];
}
