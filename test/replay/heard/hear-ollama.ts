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
  type Tokens,
} from './heard';

function ollamaTokens(body: JsonObject): Tokens | undefined {
  const input = countOf(body.prompt_eval_count);
  const output = countOf(body.eval_count);
  if (input === undefined && output === undefined) return undefined;
  return { input: input ?? 0, cacheRead: 0, cacheWrite: 0, output: output ?? 0, reasoning: 0 };
}

function hearLine(heard: Hearing, body: JsonObject): void {
  if (body.error) heard.end = 'error';
  const message = objectOf(body.message);
  heard.text += wordsOf(message.content);
  heard.reasoning += wordsOf(message.thinking);
  for (const call of objectsOf(message.tool_calls)) {
    const { name, arguments: args } = objectOf(call.function);
    heard.calls.push({ name: wordsOf(name), args: argsOf(args), free: false });
  }
  heard.tokens = ollamaTokens(body) ?? heard.tokens;
  if (body.done !== true || heard.end !== 'cut') return;
  heard.end = 'complete';
  heard.stop = body.done_reason === 'length' ? 'length' : 'end';
}

function hearAll(lines: readonly unknown[]): Heard {
  const heard = new Hearing();
  for (const line of lines) {
    if (heard.end !== 'cut') break;
    if (isObject(line)) hearLine(heard, line);
    else heard.end = 'unreadable';
  }
  return heard.done();
}

function hearWhole(body: JsonObject): Heard {
  if (isObject(body.message) || body.error) return hearAll([{ done: true, ...body }]);
  const heard = new Hearing();
  heard.end = 'unreadable';
  return heard.done();
}

export const OLLAMA: Hearer = {
  whole: hearWhole,
  tokens: ollamaTokens,
  stream: (events) => hearAll(events.map(({ data }) => parseText(data))),
};
