import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
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
  COMPLETE: 'end',
  STOP_SEQUENCE: 'end',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool',
};
const FAILED = /^(?:ERROR|TIMEOUT)/;

/** What was read and written; what is billed, where nothing else is told. */
function cohereTokens(usage: JsonObject): Tokens | undefined {
  const figures = isObject(usage.tokens) ? usage.tokens : objectOf(usage.billed_units);
  const input = countOf(figures.input_tokens);
  const output = countOf(figures.output_tokens);
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = countOf(usage.cached_tokens) ?? 0;
  return { input: input ?? 0, cacheRead, cacheWrite: 0, output: output ?? 0, reasoning: 0 };
}

function hearContent(heard: Hearing, content: Json | undefined): void {
  if (typeof content === 'string') heard.text += content;
  for (const part of Array.isArray(content) ? objectsOf(content) : [objectOf(content)]) {
    heard.text += wordsOf(part.text);
    heard.reasoning += wordsOf(part.thinking);
  }
}

function hearReason(heard: Hearing, reason: Json | undefined): void {
  const word = wordsOf(reason);
  heard.end = FAILED.test(word) ? 'error' : 'complete';
  heard.stop = STOPS[word] ?? 'other';
}

function hearCall(heard: Hearing, value: Json | undefined): void {
  const { name, arguments: args } = objectOf(objectOf(value).function);
  heard.calls.push({ name: wordsOf(name), args: argsOf(args), free: false });
}

function hearWhole(body: JsonObject): Heard {
  const heard = new Hearing();
  heard.tokens = cohereTokens(objectOf(body.usage));
  if (!isObject(body.message)) {
    heard.end = 'unreadable';
    return heard.done();
  }
  heard.reasoning += wordsOf(body.message.tool_plan);
  hearContent(heard, body.message.content);
  for (const call of objectsOf(body.message.tool_calls)) hearCall(heard, call);
  hearReason(heard, body.finish_reason);
  return heard.done();
}

function hearEvent(heard: Hearing, value: JsonObject): void {
  const delta = objectOf(value.delta);
  const message = objectOf(delta.message);
  switch (value.type) {
    case 'content-start':
    case 'content-delta':
      return hearContent(heard, message.content);
    case 'tool-plan-delta':
      heard.reasoning += wordsOf(message.tool_plan);
      return;
    case 'tool-call-start':
      return hearCall(heard, message.tool_calls);
    case 'tool-call-delta': {
      const call = heard.calls.at(-1);
      if (call) call.args += wordsOf(objectOf(objectOf(message.tool_calls).function).arguments);
      return;
    }
    case 'message-end':
      heard.tokens = cohereTokens(objectOf(delta.usage));
      return hearReason(heard, delta.finish_reason);
    default:
      return;
  }
}

export const COHERE: Hearer = {
  whole: hearWhole,
  tokens: cohereTokens,
  stream: (events) => {
    const heard = new Hearing();
    for (const { data } of events) {
      const value = parseText(data);
      if (isObject(value)) hearEvent(heard, value);
      else if (heard.end === 'cut' && !['', '[DONE]'].includes(data.trim())) heard.end = 'unreadable';
    }
    return heard.done();
  },
};
