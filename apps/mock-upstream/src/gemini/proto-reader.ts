import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { isBase64 } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

/** Type of a field: a scalar, `any` (free JSON), a message by name, a list, a map, or one of some words. */
export type FieldType =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int'
  | 'number'
  | 'any'
  | 'struct'
  | { readonly message: string }
  | { readonly list: FieldType }
  | { readonly map: FieldType }
  | { readonly words: readonly string[] };
export type Messages = Readonly<Record<string, Readonly<Record<string, FieldType>>>>;

/** What was read: members in camelCase, or the first complaint. */
export type ProtoResult = { readonly value: Json } | { readonly problem: VendorError };

const camel = (name: string): string =>
  name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'TYPE_STRING',
  bytes: 'TYPE_BYTES',
  bool: 'TYPE_BOOL',
  int: 'TYPE_INT32',
  number: 'TYPE_FLOAT',
  struct: 'type.googleapis.com/google.protobuf.Struct',
};
const isNumber = (value: Json): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && !isNaN(Number(value)));
/** Bytes may come in either alphabet, with or without padding. */
const isBytes = (value: Json): boolean => {
  if (typeof value !== 'string') return false;
  const plain = value.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
  return plain === '' || isBase64(plain + '='.repeat((4 - (plain.length % 4)) % 4));
};
const FITS: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  bytes: isBytes,
  bool: (value) => typeof value === 'boolean',
  int: (value) => isNumber(value) && Number.isInteger(Number(value)),
  number: isNumber,
  struct: isObject,
  any: () => true,
};

const refuse = (at: string, type: string, value: Json): ProtoResult => ({
  problem: complain('', `Invalid value at '${at}' (${type}), ${JSON.stringify(value)?.slice(0, 100)}`),
});
const unknownName = (name: string, at: string): ProtoResult => ({
  problem: complain(
    '',
    `Invalid JSON payload received. Unknown name "${name}"${at ? ` at '${at}'` : ''}: Cannot find field.`,
  ),
});

/** Reads JSON as the vendor's servers read it into their messages: names in either spelling, unknown ones refused. */
export class ProtoReader {
  constructor(private readonly messages: Messages) {}

  read(value: Json, type: FieldType, at = ''): ProtoResult {
    if (typeof type === 'string') {
      const fits = FITS[type]?.(value) ?? false;
      return fits ? { value } : refuse(at, TYPE_NAMES[type] ?? type, value);
    }
    if ('words' in type) {
      const word = typeof value === 'string' ? value.toUpperCase() : '';
      return type.words.includes(word) ? { value: word } : refuse(at, 'TYPE_ENUM', value);
    }
    if ('list' in type) return this.#list(value, type.list, at);
    if ('map' in type) return this.#map(value, type.map, at);
    return this.#message(value, type.message, at);
  }

  #list(value: Json, type: FieldType, at: string): ProtoResult {
    const out: Json[] = [];
    // One element may stand for a list of one.
    const items = Array.isArray(value) ? value : [value];
    for (const [i, item] of items.entries()) {
      const read = this.read(item, type, `${at}[${i}]`);
      if ('problem' in read) return read;
      out.push(read.value);
    }
    return { value: out };
  }

  #map(value: Json, type: FieldType, at: string): ProtoResult {
    if (!isObject(value)) return refuse(at, 'map', value);
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const read = this.read(item ?? null, type, `${at}[${key}]`);
      if ('problem' in read) return read;
      out[key] = read.value;
    }
    return { value: out };
  }

  #message(value: Json, name: string, at: string): ProtoResult {
    if (!isObject(value)) return refuse(at, `type.googleapis.com/${name}`, value);
    const fields = this.messages[name] ?? {};
    const out: JsonObject = {};
    for (const [key, member] of Object.entries(value)) {
      const field = Object.hasOwn(fields, key) ? key : camel(key);
      const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (type === undefined) return unknownName(key, at);
      if (member === null || member === undefined) continue;
      const read = this.read(member, type, `${at ? `${at}.` : ''}${snake(field)}`);
      if ('problem' in read) return read;
      out[field] = read.value;
    }
    return { value: out };
  }
}
