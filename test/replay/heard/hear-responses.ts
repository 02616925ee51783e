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

function responsesTokens(usage: JsonObject): Tokens | undefined {
  const given = countOf(usage.input_tokens);
  const completion = countOf(usage.output_tokens);
  if (given === undefined && completion === undefined) return undefined;
  const details = objectOf(usage.input_tokens_details);
  const cacheRead = countOf(details.cached_tokens) ?? 0;
  const cacheWrite = countOf(details.cache_write_tokens) ?? 0;
  const input = (given ?? 0) + (cacheRead + cacheWrite > (given ?? 0) ? cacheRead + cacheWrite : 0);
  const beyond = Math.max(0, (countOf(usage.total_tokens) ?? 0) - input - (completion ?? 0));
  const output = (completion ?? 0) + beyond;
  const told = countOf(objectOf(usage.output_tokens_details).reasoning_tokens) ?? 0;
  return { input, cacheRead, cacheWrite, output, reasoning: Math.min(Math.max(told, beyond), output) };
}

function hearItem(heard: Hearing, item: JsonObject): void {
  switch (item.type) {
    case 'message':
      if (typeof item.content === 'string') heard.text += item.content;
      for (const part of objectsOf(item.content)) {
        heard.text += wordsOf(part.text);
        heard.refusal += wordsOf(part.refusal);
      }
      return;
    case 'reasoning':
      heard.reasoning += [...objectsOf(item.summary), ...objectsOf(item.content)]
        .map((part) => wordsOf(part.text))
        .join('');
      return;
    case 'function_call':
      heard.calls.push({ name: wordsOf(item.name), args: argsOf(item.arguments), free: false });
      return;
    case 'custom_tool_call':
      heard.calls.push({ name: wordsOf(item.name), args: argsOf(item.input), free: true });
      return;
    default:
      heard.others++;
  }
}

function hearStatus(heard: Hearing, response: JsonObject): void {
  const status = wordsOf(response.status);
  heard.tokens = responsesTokens(objectOf(response.usage)) ?? heard.tokens;
  if (status === 'incomplete') {
    const filtered = objectOf(response.incomplete_details).reason === 'content_filter';
    heard.stop = filtered ? 'filtered' : 'length';
  } else heard.stop = heard.refusal === '' ? 'end' : 'other';
  heard.end =
    response.error || (status !== '' && !/^(?:completed|incomplete)$/.test(status)) ? 'error' : 'complete';
}

/** Accepted for work in the background. */
const isPending = ({ background, status }: JsonObject): boolean =>
  background === true && (status === 'queued' || status === 'in_progress');

function hearWhole(body: JsonObject): Heard {
  const heard = new Hearing();
  for (const item of objectsOf(body.output)) hearItem(heard, item);
  // Some servers give nothing but the joined text.
  if (heard.text + heard.refusal === '' && heard.calls.length + heard.others === 0)
    heard.text = wordsOf(body.output_text);
  hearStatus(heard, body);
  if (isPending(body)) heard.end = 'pending';
  if (!Array.isArray(body.output)) heard.end = body.error ? 'error' : 'unreadable';
  return heard.done();
}

/** Items by their place: what was told at their end, else what their deltas said. */
class Items {
  private readonly done = new Map<number, JsonObject>();
  private readonly added = new Map<number, JsonObject>();
  private readonly said = new Map<number, string>();

  take(data: JsonObject): void {
    const index = countOf(data.output_index) ?? 0;
    if (data.type === 'response.output_item.added') this.added.set(index, objectOf(data.item));
    else if (data.type === 'response.output_item.done') this.done.set(index, objectOf(data.item));
    else if (
      /\.(?:output_text|function_call_arguments|custom_tool_call_input)\.delta$/.test(wordsOf(data.type))
    )
      this.said.set(index, (this.said.get(index) ?? '') + wordsOf(data.delta));
  }

  hear(heard: Hearing): void {
    const places = new Set([...this.added.keys(), ...this.done.keys(), ...this.said.keys()]);
    for (const index of [...places].sort((a, b) => a - b)) {
      const done = this.done.get(index);
      if (done) hearItem(heard, done);
      else this.hearUnended(heard, this.added.get(index) ?? { type: 'message' }, this.said.get(index) ?? '');
    }
  }

  private hearUnended(heard: Hearing, item: JsonObject, said: string): void {
    if (item.type === 'message') heard.text += said;
    else hearItem(heard, { ...item, arguments: said, input: said });
  }
}

export const RESPONSES: Hearer = {
  whole: hearWhole,
  tokens: responsesTokens,
  stream: (events) => {
    const heard = new Hearing();
    const items = new Items();
    let last: JsonObject | undefined;
    for (const { data } of events) {
      const value = parseText(data);
      if (!isObject(value)) {
        if (data.trim() !== '[DONE]' && data.trim() !== '' && !last) heard.end = 'unreadable';
        continue;
      }
      if (last) continue;
      items.take(value);
      if (value.type === 'error' || value.type === 'response.failed') heard.end = 'error';
      if (/^response\.(?:completed|incomplete)$/.test(wordsOf(value.type))) last = objectOf(value.response);
    }
    items.hear(heard);
    if (last && heard.end === 'cut') {
      if (heard.text + heard.refusal === '' && heard.calls.length === 0)
        for (const item of objectsOf(last.output)) hearItem(heard, item);
      hearStatus(heard, last);
    }
    return heard.done();
  },
};
