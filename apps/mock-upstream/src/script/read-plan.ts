import { isObject } from '@turnpike/kernel';
import type { AnswerPart } from '../answer/answer';
import { STOP_KINDS } from '../answer/answer';
import { asText } from '../wire/member-rules';
import { ERROR_WORDINGS } from '../wire/vendor-error';
import type { Fault, Plan } from './plan';
import { CUT_FAULTS, LIMIT_FAMILIES } from './plan';

/** A script that says something this provider does not know; the message names the key. */
export class ScriptError extends Error {}

type Reader = (value: unknown, key: string) => unknown;

const refuse = (key: string, wants: string): never => {
  throw new ScriptError(`${key}: expected ${wants}`);
};
const integer: Reader = (value, key) => {
  const n = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof n === 'number' && Number.isInteger(n) && n >= 0 ? n : refuse(key, 'a whole number from 0');
};
const text: Reader = (value, key) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : refuse(key, 'a text');
const flag: Reader = (value, key) =>
  value === true || value === '1' || value === 'true' || value === 1
    ? true
    : value === false || value === '0' || value === 'false' || value === 0
      ? false
      : refuse(key, 'true or false');
const oneOf =
  (words: readonly string[]): Reader =>
  (value, key) =>
    typeof value === 'string' && words.includes(value) ? value : refuse(key, `one of ${words.join(' ')}`);
const names: Reader = (value, key) => {
  const list: unknown[] = Array.isArray(value) ? value : String(value).split(',');
  return list.every((item) => typeof item === 'string' || typeof item === 'number')
    ? list.map(String)
    : refuse(key, 'names');
};
const headers: Reader = (value, key) =>
  isObject(value) && Object.values(value).every((item) => typeof item === 'string')
    ? value
    : refuse(key, 'texts by header name');

const fault = (value: unknown, key: string): Fault => {
  const word = String(value);
  if (/^[45]\d\d$/.test(word)) return { kind: 'status', status: Number(word) };
  if (word === 'empty' || word === 'error-in-200') return { kind: word };
  const cut = CUT_FAULTS.find((name) => name === word);
  if (cut) return { kind: 'cut', cut };
  return refuse(key, `a status from 400 to 599, empty, error-in-200 or one of ${CUT_FAULTS.join(' ')}`);
};

const part = (value: unknown, key: string): AnswerPart => {
  if (!isObject(value)) return refuse(key, 'an object with kind');
  const pieces = typeof value.text === 'string' ? [value.text] : value.chunks;
  const chunks = Array.isArray(pieces) ? pieces.map(asText) : [''];
  const { kind } = value;
  const said = (member: string, otherwise: string): string => asText(value[member]) || otherwise;
  if (kind === 'text' || kind === 'refusal') return { kind, chunks };
  if (kind === 'thinking') return { kind, chunks, signature: asText(value.signature) || undefined };
  if (kind === 'redacted') return { kind, data: asText(value.data) || undefined };
  if (kind === 'image') return { kind, mime: said('mime', 'image/png'), data: said('data', '') };
  if (kind === 'tool') {
    const args = typeof value.args === 'string' ? value.args : JSON.stringify(value.args ?? {});
    const { namespace, custom } = value;
    return {
      kind,
      id: said('id', 'call_scripted'),
      name: said('name', ''),
      args,
      ...(typeof namespace === 'string' ? { namespace } : {}),
      ...(custom === true ? { custom } : {}),
    };
  }
  return refuse(`${key}.kind`, 'text, refusal, thinking, redacted, image or tool');
};
const parts: Reader = (value, key) =>
  Array.isArray(value) ? value.map((item, i) => part(item, `${key}.${i}`)) : refuse(key, 'a list of parts');

const READERS: Record<keyof Plan, Reader> = {
  id: text,
  text,
  chunks: integer,
  parts,
  think: integer,
  redacted: integer,
  image: integer,
  tool: integer,
  toolName: text,
  toolArgs: (value, key) => (isObject(value) ? JSON.stringify(value) : text(value, key)),
  again: flag,
  interleave: flag,
  sayToo: flag,
  stop: oneOf(STOP_KINDS),
  tokens: integer,
  in: integer,
  cached: integer,
  cacheWrite: integer,
  cacheWrite1h: integer,
  reasoning: integer,
  noUsage: flag,
  ignoreCap: flag,
  lax: flag,
  delayMs: integer,
  firstByteMs: integer,
  splitBytes: integer,
  fault,
  times: integer,
  on: names,
  limit: oneOf(LIMIT_FAMILIES),
  waitMs: integer,
  wording: oneOf(ERROR_WORDINGS),
  message: text,
  expiresIn: integer,
  headers,
};

const isPlanKey = (key: string): key is keyof Plan => Object.hasOwn(READERS, key);

/** Reads a plan from plain values, as a file, the control endpoint or a directive gives them. @throws ScriptError */
export function readPlan(values: Readonly<Record<string, unknown>>): Plan {
  const plan: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!isPlanKey(key))
      throw new ScriptError(`${key}: unknown; known are ${Object.keys(READERS).join(' ')}`);
    plan[key] = READERS[key](value, key);
  }
  return plan;
}
