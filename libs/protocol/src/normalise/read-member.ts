import { GatewayError, isObject, numberOf, type Json, type JsonObject } from '@turnpike/kernel';

/** Refuses the caller's body. `param` is the JSON path of what is wrong, `problem` ends the sentence that starts with it. */
export function refuse(param: string, problem: string): never {
  throw new GatewayError('invalid_request', `${param} ${problem}.`, { param });
}

/** What a wrong value is, without repeating it. */
export function describeJson(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (numberOf(value) !== undefined) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const expected = (param: string, what: string, value: Json | undefined): never =>
  value === undefined
    ? refuse(param, `is required and must be ${what}`)
    : refuse(param, `must be ${what}, not ${describeJson(value)}`);

const absent = (value: Json | undefined): value is null | undefined => value === undefined || value === null;

/** Optional members: null says the same as absence. @throws GatewayError invalid_request on another type. */
export function readString(value: Json | undefined, param: string): string | undefined {
  if (absent(value)) return undefined;
  return typeof value === 'string' && numberOf(value) === undefined
    ? value
    : expected(param, 'a string', value);
}

export function readBoolean(value: Json | undefined, param: string): boolean | undefined {
  if (absent(value)) return undefined;
  return typeof value === 'boolean' ? value : expected(param, 'a boolean', value);
}

export function readObject(value: Json | undefined, param: string): JsonObject | undefined {
  if (absent(value)) return undefined;
  return isObject(value) ? value : expected(param, 'an object', value);
}

export function readArray(value: Json | undefined, param: string): Json[] | undefined {
  if (absent(value)) return undefined;
  return Array.isArray(value) ? value : expected(param, 'an array', value);
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

export function readNumber(value: Json | undefined, param: string, range: NumberRange): number | undefined {
  if (absent(value)) return undefined;
  const number = numberOf(value);
  if (number === undefined) return expected(param, 'a number', value);
  return number >= range.min && number <= range.max
    ? number
    : refuse(param, `must be between ${range.min} and ${range.max}`);
}

/** Whole numbers from `min` up to what a double counts exactly. */
export function readInteger(value: Json | undefined, param: string, min: number): number | undefined {
  if (absent(value)) return undefined;
  const number = numberOf(value);
  if (number === undefined) return expected(param, 'an integer', value);
  return Number.isSafeInteger(number) && number >= min
    ? number
    : refuse(param, `must be an integer of at least ${min}`);
}

/** Required members. */
export function requireString(value: Json | undefined, param: string): string {
  return readString(value, param) ?? expected(param, 'a string', value);
}

export function requireObject(value: Json | undefined, param: string): JsonObject {
  return readObject(value, param) ?? expected(param, 'an object', value);
}

export function requireArray(value: Json | undefined, param: string): Json[] {
  return readArray(value, param) ?? expected(param, 'an array', value);
}

/** A closed set of words. */
export function readWord<W extends string>(
  value: Json | undefined,
  param: string,
  words: readonly W[],
): W | undefined {
  const word = readString(value, param);
  if (word === undefined) return undefined;
  return (
    words.find((w) => w === word) ?? refuse(param, `must be one of ${words.map((w) => `"${w}"`).join(', ')}`)
  );
}

/** Members of an object that are not in the list, in their order; undefined when there are none. */
export function otherMembers(body: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  const rest = Object.keys(body).filter((name) => !known.has(name) && body[name] !== undefined);
  return rest.length === 0 ? undefined : Object.fromEntries(rest.map((name) => [name, body[name]]));
}

/** The object without undefined members: the same one when it has none, which is the common case. */
export function compact<T extends object>(value: T): T {
  for (const name in value) if (value[name] === undefined) return withoutUndefined(value);
  return value;
}

/** Copied name by name: entries would cost five times as much on the way of every translated call. */
function withoutUndefined<T extends object>(value: T): T {
  const out = {} as T;
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    // Assignment would make a client's member `__proto__` the prototype.
    if (name === '__proto__')
      Object.defineProperty(out, name, {
        value: member,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else out[name] = member;
  }
  return out;
}
