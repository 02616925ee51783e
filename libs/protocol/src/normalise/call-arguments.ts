import {
  GatewayError,
  isObject,
  parseJson,
  stringifyJson,
  type Json,
  type JsonObject,
} from '@turnpike/kernel';
import { closeJson } from './close-json';

function tryParse(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** No client needs deeper arguments, and encoders recurse. */
const MAX_DEPTH = 200;

function isNothing(text: string): boolean {
  const bare = text.trim();
  return bare === '' || bare === 'null';
}

const isWithin = (value: Json | undefined, depth: number): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1));
};

function checked(value: JsonObject): JsonObject {
  if (isWithin(value, MAX_DEPTH)) return value;
  const message = `Arguments of a tool call nest deeper than ${MAX_DEPTH} levels.`;
  throw new GatewayError('invalid_request', message, { param: 'messages' });
}

/** Text of a JSON object inside a JSON string, which some models send as arguments. */
function unquoted(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return undefined;
  const inner = tryParse(value);
  return isObject(inner) ? checked(inner) : undefined;
}

/** Arguments where a dialect needs an object. Cut-off JSON keeps its complete members; what is no object is `{}`. */
export function argumentsObject(text: string): JsonObject {
  if (isNothing(text)) return {};
  const value = tryParse(text);
  if (isObject(value)) return checked(value);
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
