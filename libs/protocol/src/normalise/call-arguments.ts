import { isObject, parseJson, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { closeJson } from './close-json';

function tryParse(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

const isNothing = (text: string): boolean => /^\s*(?:null)?\s*$/.test(text);

/** Text of a JSON object inside a JSON string, which some models send as arguments. */
function unquoted(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return undefined;
  const inner = tryParse(value);
  return isObject(inner) ? inner : undefined;
}

/** Arguments where a dialect needs an object. Cut-off JSON keeps its complete members; what is no object is `{}`. */
export function argumentsObject(text: string): JsonObject {
  if (isNothing(text)) return {};
  const value = tryParse(text);
  if (isObject(value)) return value;
  const inner = unquoted(value);
  if (inner) return inner;
  const closed = value === undefined ? closeJson(text) : undefined;
  const rescued = closed === undefined ? undefined : tryParse(closed);
  return isObject(rescued) ? rescued : {};
}

/** Arguments where a dialect carries text: unchanged, also when cut off, but never empty and never double-encoded. */
export function argumentsText(text: string): string {
  if (isNothing(text)) return '{}';
  if (!text.trimStart().startsWith('"')) return text;
  const inner = unquoted(tryParse(text));
  return inner ? stringifyJson(inner) : text;
}
