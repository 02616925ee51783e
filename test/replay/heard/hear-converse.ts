import { isObject, type JsonObject } from '@turnpike/kernel';
import { parseText, type PlainEvent } from '../wire-text';
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
  tool_use: 'tool',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'filtered',
  content_filtered: 'filtered',
};

function converseTokens(usage: JsonObject): Tokens | undefined {
  const given = countOf(usage.inputTokens);
  const output = countOf(usage.outputTokens);
  if (given === undefined && output === undefined) return undefined;
  const cacheRead = countOf(usage.cacheReadInputTokens) ?? 0;
  const cacheWrite = countOf(usage.cacheWriteInputTokens) ?? 0;
  const input = (given ?? 0) + cacheRead + cacheWrite;
  return { input, cacheRead, cacheWrite, output: output ?? 0, reasoning: 0 };
}

function hearStop(heard: Hearing, reason: unknown): void {
  const word = typeof reason === 'string' ? reason : '';
  heard.end = /^malformed_/.test(word) ? 'error' : 'complete';
  heard.stop = STOPS[word] ?? 'other';
}

function hearBlock(heard: Hearing, block: JsonObject): void {
  if (typeof block.text === 'string') heard.text += block.text;
  else if (isObject(block.toolUse))
    heard.calls.push({ name: wordsOf(block.toolUse.name), args: argsOf(block.toolUse.input), free: false });
  else if (isObject(block.reasoningContent))
    heard.reasoning += wordsOf(objectOf(block.reasoningContent.reasoningText).text);
  else if (isObject(block.citationsContent))
    heard.text += objectsOf(block.citationsContent.content)
      .map((part) => wordsOf(part.text))
      .join('');
  else heard.others++;
}

function hearWhole(body: JsonObject): Heard {
  const heard = new Hearing();
  heard.tokens = converseTokens(objectOf(body.usage));
  const { message } = objectOf(body.output);
  if (!isObject(message)) {
    heard.end = 'unreadable';
    return heard.done();
  }
  for (const block of objectsOf(message.content)) hearBlock(heard, block);
  hearStop(heard, body.stopReason);
  return heard.done();
}

function hearDelta(heard: Hearing, delta: JsonObject): void {
  if (typeof delta.text === 'string') heard.text += delta.text;
  if (isObject(delta.reasoningContent)) heard.reasoning += wordsOf(delta.reasoningContent.text);
  const call = heard.calls.at(-1);
  if (isObject(delta.toolUse) && call) call.args += wordsOf(delta.toolUse.input);
}

function hearEvent(heard: Hearing, { event, data }: PlainEvent): void {
  const value = parseText(data);
  if (event === 'error' || !isObject(value)) {
    // Usage comes behind the stop: an answer without it is not over.
    if (heard.end === 'cut' || heard.tokens === undefined)
      heard.end = event === 'error' ? 'error' : 'unreadable';
    return;
  }
  if (event === 'contentBlockStart') {
    const { toolUse } = objectOf(value.start);
    if (isObject(toolUse)) heard.calls.push({ name: wordsOf(toolUse.name), args: '', free: false });
  } else if (event === 'contentBlockDelta') hearDelta(heard, objectOf(value.delta));
  else if (event === 'messageStop' && heard.end === 'cut') hearStop(heard, value.stopReason);
  else if (event === 'metadata') heard.tokens = converseTokens(objectOf(value.usage));
}

export const CONVERSE: Hearer = {
  whole: hearWhole,
  tokens: converseTokens,
  stream: (events) => {
    const heard = new Hearing();
    for (const event of events) hearEvent(heard, event);
    return heard.done();
  },
};
