import { isObject, type JsonObject } from '@turnpike/kernel';
import { parseText } from '../wire-text';
import {
  argsOf,
  countOf,
  Hearing,
  objectOf,
  objectsOf,
  wordsOf,
  type Heard,
  type Hearer,
  type HeardStop,
  type Tokens,
} from './heard';

const STOPS: Readonly<Record<string, HeardStop>> = {
  end_turn: 'end',
  stop_sequence: 'end',
  pause_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool',
  refusal: 'filtered',
};

function messagesTokens(usage: JsonObject): Tokens | undefined {
  const given = countOf(usage.input_tokens);
  const output = countOf(usage.output_tokens);
  // Half a report leaves the other half to an estimate.
  if (given === undefined || output === undefined) return undefined;
  const split = objectOf(usage.cache_creation);
  const bySplit =
    (countOf(split.ephemeral_5m_input_tokens) ?? 0) + (countOf(split.ephemeral_1h_input_tokens) ?? 0);
  const cacheRead = countOf(usage.cache_read_input_tokens) ?? 0;
  const cacheWrite = Math.max(countOf(usage.cache_creation_input_tokens) ?? 0, bySplit);
  const reasoning = countOf(objectOf(usage.output_tokens_details).thinking_tokens) ?? 0;
  return {
    input: given + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output,
    reasoning: Math.min(reasoning, output),
  };
}

function hearBlock(heard: Hearing, block: JsonObject): void {
  if (block.type === 'text') heard.text += wordsOf(block.text);
  else if (block.type === 'thinking') heard.reasoning += wordsOf(block.thinking);
  else if (block.type === 'tool_use')
    heard.calls.push({ name: wordsOf(block.name), args: argsOf(block.input), free: false });
  else heard.others++;
}

function hearWhole(body: JsonObject): Heard {
  const heard = new Hearing();
  heard.tokens = messagesTokens(objectOf(body.usage));
  if (!Array.isArray(body.content)) {
    heard.end = isObject(body.error) ? 'error' : 'unreadable';
    return heard.done();
  }
  for (const block of objectsOf(body.content)) hearBlock(heard, block);
  heard.end = 'complete';
  heard.explanation = wordsOf(objectOf(body.stop_details).explanation);
  heard.stop = typeof body.stop_reason === 'string' ? (STOPS[body.stop_reason] ?? 'other') : 'end';
  return heard.done();
}

interface Blocks {
  readonly kinds: Map<unknown, string>;
  readonly args: Map<unknown, string>;
  readonly calls: Map<unknown, { args: string }>;
}

function startBlock(heard: Hearing, blocks: Blocks, data: JsonObject): void {
  const block = objectOf(data.content_block);
  blocks.kinds.set(data.index, wordsOf(block.type));
  hearBlock(heard, block);
  const call = heard.calls.at(-1);
  if (block.type === 'tool_use' && call) blocks.calls.set(data.index, call);
}

function hearDelta(heard: Hearing, blocks: Blocks, data: JsonObject): void {
  const delta = objectOf(data.delta);
  if (delta.type === 'text_delta') heard.text += wordsOf(delta.text);
  if (delta.type === 'thinking_delta') heard.reasoning += wordsOf(delta.thinking);
  const call = blocks.calls.get(data.index);
  if (delta.type !== 'input_json_delta' || !call) return;
  const args = (blocks.args.get(data.index) ?? '') + wordsOf(delta.partial_json);
  blocks.args.set(data.index, args);
  if (args !== '') call.args = args;
}

export const MESSAGES: Hearer = {
  whole: hearWhole,
  tokens: messagesTokens,
  stream: (events) => {
    const heard = new Hearing();
    const blocks: Blocks = { kinds: new Map(), args: new Map(), calls: new Map() };
    let usage: JsonObject = {};
    const take = (reported: JsonObject): void => {
      const told = Object.entries(reported).filter(([, value]) => value !== null);
      usage = { ...usage, ...Object.fromEntries(told) };
    };
    for (const { event, data } of events) {
      const value = parseText(data);
      if (!isObject(value)) {
        if (heard.end === 'cut' && data.trim() !== '' && data.trim() !== '[DONE]') heard.end = 'unreadable';
        continue;
      }
      const type = value.type ?? event;
      if (type === 'message_start') take(objectOf(objectOf(value.message).usage));
      if (type === 'content_block_start') startBlock(heard, blocks, value);
      if (type === 'content_block_delta') hearDelta(heard, blocks, value);
      if (type === 'error') heard.end = 'error';
      if (type === 'message_stop' && heard.end === 'cut') {
        heard.end = 'complete';
        heard.stop = 'end';
      }
      if (type !== 'message_delta') continue;
      take(objectOf(value.usage));
      heard.explanation ||= wordsOf(objectOf(objectOf(value.delta).stop_details).explanation);
      const reason = wordsOf(objectOf(value.delta).stop_reason);
      if (reason === '' || heard.end !== 'cut') continue;
      heard.end = 'complete';
      heard.stop = STOPS[reason] ?? 'other';
    }
    heard.tokens = messagesTokens(usage);
    return heard.done();
  },
};
