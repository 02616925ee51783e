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
  stop: 'end',
  length: 'length',
  tool_calls: 'tool',
  function_call: 'tool',
  content_filter: 'filtered',
};

function chatTokens(usage: JsonObject): Tokens | undefined {
  const prompt = countOf(usage.prompt_tokens);
  const completion = countOf(usage.completion_tokens);
  if (prompt === undefined) return undefined;
  const details = objectOf(usage.prompt_tokens_details);
  const cacheRead =
    countOf(details.cached_tokens) ??
    countOf(usage.cached_tokens) ??
    countOf(usage.prompt_cache_hit_tokens) ??
    0;
  const cacheWrite = countOf(details.cache_write_tokens) ?? 0;
  const input = cacheRead + cacheWrite > prompt ? prompt + cacheRead + cacheWrite : prompt;
  const beyond = Math.max(0, (countOf(usage.total_tokens) ?? 0) - input - (completion ?? 0));
  const output = (completion ?? 0) + beyond;
  const told = countOf(objectOf(usage.completion_tokens_details).reasoning_tokens) ?? 0;
  return { input, cacheRead, cacheWrite, output, reasoning: Math.min(Math.max(told, beyond), output) };
}

function hearContent(heard: Hearing, content: Json | undefined): void {
  if (typeof content === 'string') heard.text += content;
  for (const part of objectsOf(content)) {
    if (part.type === 'thinking')
      heard.reasoning += objectsOf(part.thinking)
        .map((one) => wordsOf(one.text))
        .join('');
    else if (part.type === 'refusal') heard.refusal += wordsOf(part.refusal);
    else if (typeof part.text === 'string') heard.text += part.text;
    else heard.others++;
  }
}

/** Where a fragment of a call belongs: its index, and a new id where one index is used for several calls. */
class Fragments {
  private readonly slots: { index: Json | undefined; id: string; at: number }[] = [];

  constructor(private readonly heard: Hearing) {}

  /** `whole`: the call of a whole message, which belongs to no other. */
  add(call: JsonObject, whole = false): void {
    const free = isObject(call.custom);
    const body = objectOf(free ? call.custom : call.function);
    const id = wordsOf(call.id);
    const known = this.slots.findLast(
      (slot) =>
        !whole && (call.index === undefined || slot.index === call.index) && (id === '' || slot.id === id),
    );
    if (known) {
      const target = this.heard.calls[known.at];
      if (target) target.args += argsOf(body.arguments ?? body.input);
      if (target && target.name === '') target.name = wordsOf(body.name);
      return;
    }
    const at = this.heard.calls.length;
    this.slots.push({ index: call.index, id, at });
    this.heard.calls.push({ name: wordsOf(body.name), args: argsOf(body.arguments ?? body.input), free });
  }
}

/** `fragments`: those of a stream; without them the message is whole. */
function hearMessage(heard: Hearing, message: JsonObject, fragments?: Fragments): void {
  const slots = fragments ?? new Fragments(heard);
  hearContent(heard, message.content);
  heard.refusal += wordsOf(message.refusal);
  heard.reasoning += wordsOf(message.reasoning_content ?? message.reasoning);
  heard.others += objectsOf(message.images).length + (isObject(message.audio) ? 1 : 0);
  const calls = objectsOf(message.tool_calls);
  for (const call of calls) slots.add(call, fragments === undefined);
  if (calls.length === 0 && isObject(message.function_call))
    slots.add({ index: 0, function: message.function_call });
}

const usageIn = (body: JsonObject): Tokens | undefined =>
  chatTokens(objectOf(body.usage)) ??
  chatTokens(objectOf(objectsOf(body.choices)[0]?.usage)) ??
  chatTokens(objectOf(objectOf(body.x_groq).usage));

function hearFinish(heard: Hearing, choice: JsonObject): void {
  const word = wordsOf(choice.finish_reason);
  if (choice.error || word === 'error') heard.end = 'error';
  else if (word !== '' && heard.end !== 'unreadable') {
    heard.end = 'complete';
    heard.stop = STOPS[word] ?? 'other';
  }
}

function hearWhole(body: JsonObject): Heard {
  const heard = new Hearing();
  const choices = objectsOf(body.choices);
  const choice = choices.find((one) => one.index === 0) ?? choices[0];
  heard.choices = Math.max(1, choices.length);
  heard.tokens = usageIn(body);
  if (!choice) {
    heard.end = body.error ? 'error' : 'unreadable';
    return heard.done();
  }
  heard.end = 'complete';
  heard.stop = 'end';
  hearMessage(heard, objectOf(choice.message));
  hearFinish(heard, choice);
  if (body.error) heard.end = 'error';
  return heard.done();
}

function hearChunk(heard: Hearing, chunk: JsonObject, fragments: Fragments): void {
  heard.tokens = usageIn(chunk) ?? heard.tokens;
  if (chunk.error) heard.end = 'error';
  const choices = objectsOf(chunk.choices);
  heard.choices = Math.max(heard.choices, ...choices.map((one) => 1 + (countOf(one.index) ?? 0)));
  const choice = choices.find((one) => (one.index ?? 0) === 0);
  if (!choice || heard.end === 'error' || heard.end === 'unreadable') return;
  hearMessage(heard, objectOf(choice.delta ?? choice.message), fragments);
  hearFinish(heard, choice);
}

export const CHAT: Hearer = {
  whole: hearWhole,
  tokens: chatTokens,
  stream: (events) => {
    const heard = new Hearing();
    const fragments = new Fragments(heard);
    for (const { data } of events) {
      if (data.trim() === '[DONE]') break;
      if (data.trim() === '') continue;
      const chunk = parseText(data);
      if (isObject(chunk)) hearChunk(heard, chunk, fragments);
      else if (heard.end === 'cut') heard.end = 'unreadable';
    }
    return heard.done();
  },
};
