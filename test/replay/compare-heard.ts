import { isDeepStrictEqual } from 'node:util';
import type { DialectId } from '@turnpike/protocol';
import { isObject } from '@turnpike/kernel';
import type { Heard, HeardCall, Tokens } from './heard';
import { parseText } from './wire-text';

const short = (text: string): string => {
  const shown = JSON.stringify(text);
  return shown.length > 90 ? `${shown.slice(0, 60)}…${shown.slice(-25)}` : shown;
};

/** Where two texts part, with what stands there: a whole answer in a failure line is of no use. */
function differ(what: string, expected: string, got: string): string[] {
  if (expected === got) return [];
  let at = 0;
  while (at < expected.length && expected[at] === got[at]) at++;
  const from = Math.max(0, at - 10);
  return [
    `${what} differs at ${at}: ${short(expected.slice(from, at + 60))} became ${short(got.slice(from, at + 60))} (${expected.length} -> ${got.length} characters)`,
  ];
}

/** Arguments as a value; a text that holds the text of an object means the object. Undefined: they do not parse. */
function argumentsOf(args: string): unknown {
  if (args.trim() === '') return {};
  const value = parseText(args);
  if (value === null) return {};
  const inner = typeof value === 'string' ? parseText(value) : undefined;
  return isObject(inner) ? inner : value;
}

function sameArguments(recorded: HeardCall, got: HeardCall, client: DialectId): boolean {
  if (recorded.free) {
    const value = argumentsOf(got.args);
    return got.args === recorded.args || (isObject(value) && value.input === recorded.args);
  }
  const expected = argumentsOf(recorded.args);
  if (expected !== undefined && isObject(expected)) return isDeepStrictEqual(expected, argumentsOf(got.args));
  // Cut off, or no object: the text itself where text is written, whatever can be closed where an object is.
  return client === 'openai-chat' || client === 'openai-responses' ? recorded.args === got.args : true;
}

function compareCalls(recorded: Heard, got: Heard, client: DialectId): string[] {
  const names = (heard: Heard): string => heard.calls.map(({ name }) => name).join(',');
  if (names(recorded) !== names(got)) return [`calls differ: [${names(recorded)}] became [${names(got)}]`];
  return recorded.calls.flatMap((call, i) => {
    const other = got.calls[i];
    return other && sameArguments(call, other, client)
      ? []
      : [`arguments of ${call.name} differ: ${short(call.args)} became ${short(other?.args ?? '')}`];
  });
}

/** Figures that a dialect has no member for. */
const UNSAID: Readonly<Record<DialectId, readonly (keyof Tokens)[]>> = {
  'openai-chat': [],
  'openai-responses': [],
  'anthropic-messages': [],
  'gemini-generate': ['cacheWrite'],
};

/** Every token of the recording is there, once, by the client's own convention. */
export function compareTokens(
  recorded: Tokens | undefined,
  got: Tokens | undefined,
  unsaid: readonly (keyof Tokens)[],
): string[] {
  if (recorded === undefined) return [];
  if (got === undefined) return ['usage is missing'];
  return (Object.keys(recorded) as (keyof Tokens)[])
    .filter((name) => !unsaid.includes(name) && recorded[name] !== got[name])
    .map((name) => `usage ${name} ${recorded[name]} became ${got[name]}`);
}

const SAYS_REFUSALS: readonly DialectId[] = ['openai-chat', 'openai-responses'];

const IMAGE_NOTE = /!\[[^\]]*\]\([^)]*\)/g;

/** A JSON answer that was asked for in words, without the fence that models put around it. */
function withoutFence(text: string): string {
  const inner = text.replace(/^\s*```(?:json)?[ \t]*\r?\n/i, '');
  return inner === text ? text : inner.replace(/\s*```\s*$/, '');
}

/** What is said behind tagged thinking; the tag that opens it may be missing, and so may the one that ends it. */
function withoutThinking(text: string): string {
  const end = /<\/(?:think|thought)>/.exec(text);
  if (end) return text.slice(end.index + end[0].length);
  return /^\s*<(?:think|thought)>/.test(text) ? '' : text;
}

/** Changes of a text that are asked for: an emulated JSON answer loses its fence, tagged thinking and images their place. */
function isMeant(recorded: Heard, got: Heard): boolean {
  if (withoutFence(recorded.text) === got.text) return true;
  const said = withoutThinking(recorded.text);
  // A client that did not ask for thoughts sees none.
  if (said !== recorded.text && said.trim() === got.text.trim())
    return got.reasoning === '' || recorded.text.includes(got.reasoning.trim());
  return recorded.others > 0 && got.text.replace(IMAGE_NOTE, '') === recorded.text;
}

function compareText(recorded: Heard, got: Heard, client: DialectId): string[] {
  if (SAYS_REFUSALS.includes(client))
    return [
      ...(isMeant(recorded, got) ? [] : differ('text', recorded.text, got.text)),
      // What stands beside a withheld answer elsewhere is the refusal here, where there is a place for it.
      ...(recorded.refusal === '' && got.refusal === recorded.explanation
        ? []
        : differ('refusal', recorded.refusal, got.refusal)),
    ];
  // Elsewhere a refusal is text like other text, or a stop alone.
  return isMeant(recorded, got) ? [] : differ('text', recorded.text + recorded.refusal, got.text);
}

/** What a client got against what was recorded: text, calls, the reason of the end, usage. */
export function compareHeard(recorded: Heard, got: Heard, client: DialectId): string[] {
  const comparable = recorded.stop !== 'other' && got.stop !== 'other' && recorded.refusal === '';
  const stop =
    comparable && recorded.stop !== got.stop ? [`the end "${recorded.stop}" became "${got.stop}"`] : [];
  return [
    ...compareText(recorded, got, client),
    ...compareCalls(recorded, got, client),
    ...stop,
    ...compareTokens(recorded.tokens, got.tokens, UNSAID[client]),
  ];
}
