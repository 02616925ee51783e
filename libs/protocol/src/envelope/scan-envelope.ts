import { isUtf8 } from 'node:buffer';
import { GatewayError } from '@turnpike/kernel';
import {
  BACKSLASH,
  beginWalk,
  MalformedJson,
  QUOTE,
  skipSpace,
  skipString,
  tally,
  walkComma,
  walkName,
  walkValue,
} from './grammar';
import type { Span } from './span';
import { walkList, type ListFacts } from './walk-list';

/** Which top-level members a dialect wants spans of, and which of them is the list of turns. */
export interface EnvelopeShape {
  readonly members: readonly string[];
  readonly list: string;
}

/** Everything that is asked of a body before dispatch. Positions are byte offsets into `bytes`. */
export interface Envelope {
  readonly bytes: Buffer;
  readonly spans: ReadonlyMap<string, Span>;
  /** Elements of the list of turns; -1: the member is absent or no array. */
  readonly elements: number;
  /** Some element comes from a model. */
  readonly hasAssistant: boolean;
  /** Content of the first user element: the base of the affinity hash. */
  readonly firstUser: Span | undefined;
  readonly textBytes: number;
  readonly opaqueBytes: number;
  readonly images: number;
  readonly documents: number;
  /** A number of more digits than a double keeps occurs somewhere. */
  readonly longNumbers: boolean;
}

/** More members than this at the top are no request of any client: they cost far more time than their bytes are worth. */
const MOST_MEMBERS = 1_000;

interface CompiledShape {
  /** Wanted names by their length: each found name is compared with the few that are as long, byte by byte. */
  readonly members: readonly (readonly string[])[];
  readonly list: string;
}

const compiled = new WeakMap<EnvelopeShape, CompiledShape>();

function compile(shape: EnvelopeShape): CompiledShape {
  let hit = compiled.get(shape);
  if (!hit) {
    const members: string[][] = [];
    for (const name of [...new Set(shape.members)]) (members[name.length] ??= []).push(name);
    hit = { members, list: shape.list };
    compiled.set(shape, hit);
  }
  return hit;
}

/** The wanted name that stands in a string, `start` at its opening quote; case does not count. */
function readName(bytes: Buffer, start: number, { members }: CompiledShape): string | undefined {
  let end = start + 1;
  for (; bytes[end] !== QUOTE; end++) if (bytes[end] === BACKSLASH) return readEscaped(bytes, start, members);
  const asLong = members[end - start - 1];
  if (asLong) for (const name of asLong) if (isSameName(bytes, start + 1, name)) return name;
  return undefined;
}

/** `wanted` is lower case. */
function isSameName(bytes: Buffer, at: number, wanted: string): boolean {
  for (let i = 0; i < wanted.length; i++) {
    const c = bytes[at + i] as number;
    if ((c >= 0x41 && c <= 0x5a ? c + 0x20 : c) !== wanted.charCodeAt(i)) return false;
  }
  return true;
}

function readEscaped(
  bytes: Buffer,
  start: number,
  members: readonly (readonly string[])[],
): string | undefined {
  const text = bytes.toString('utf8', start, skipString(bytes, start + 1));
  const name = String(JSON.parse(text)).toLowerCase();
  return members[name.length]?.find((wanted) => wanted === name);
}

/**
 * Scans a request body once.
 * @throws GatewayError malformed_json (syntax, depth, not UTF-8), invalid_request (no object, a wanted member twice, over
 * 1,000 members).
 */
export function scanEnvelope(bytes: Buffer, shape: EnvelopeShape): Envelope {
  try {
    return scan(bytes, compile(shape));
  } catch (error) {
    if (!(error instanceof MalformedJson)) throw error;
    throw new GatewayError('malformed_json', `The request body is not valid JSON: ${error.message}.`, {
      cause: error,
    });
  }
}

function scan(bytes: Buffer, shape: CompiledShape): Envelope {
  beginWalk();
  if (!isUtf8(bytes)) throw new MalformedJson(0, 'the text is not UTF-8');
  const spans = new Map<string, Span>();
  const facts: ListFacts = { elements: -1, hasAssistant: false, firstUser: undefined };
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== 0x7b) {
    expectEnd(bytes, walkValue(bytes, at, 1));
    throw new GatewayError('invalid_request', 'The request body must be a JSON object.');
  }
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x7d) at = -1 - (at + 1);
  for (let members = 1; at >= 0; members++) {
    if (members > MOST_MEMBERS) refuseMembers();
    const nameStart = at;
    const start = walkName(bytes, at);
    const name = readName(bytes, nameStart, shape);
    const isList = name === shape.list && bytes[start] === 0x5b;
    const end = isList ? walkList(bytes, start, facts) : walkValue(bytes, start, 2);
    if (name !== undefined) addSpan(spans, name, { nameStart, start, end });
    at = walkComma(bytes, end, 0x7d);
  }
  expectEnd(bytes, -1 - at);
  return {
    bytes,
    spans,
    ...facts,
    textBytes: tally.textBytes,
    opaqueBytes: tally.opaqueBytes,
    images: tally.images,
    documents: tally.documents,
    longNumbers: tally.longNumbers > 0,
  };
}

function refuseMembers(): never {
  throw new GatewayError('invalid_request', `The request body has more than ${MOST_MEMBERS} members.`);
}

function addSpan(spans: Map<string, Span>, name: string, span: Span): void {
  if (spans.has(name)) {
    throw new GatewayError('invalid_request', `The member "${name}" stands twice in the request body.`, {
      param: name,
    });
  }
  spans.set(name, span);
}

function expectEnd(bytes: Buffer, at: number): void {
  const end = skipSpace(bytes, at);
  if (end < bytes.length) throw new MalformedJson(end, 'unexpected bytes after the value');
}

/** Parses one member from its span; undefined when absent. Small members only: the list is never parsed here. */
export function readMember(envelope: Envelope, name: string): unknown {
  const span = envelope.spans.get(name);
  return span && (readSimple(envelope.bytes, span) ?? parseSpan(envelope.bytes, span));
}

const parseSpan = (bytes: Buffer, { start, end }: Span): unknown =>
  JSON.parse(bytes.toString('utf8', start, end));

/** Names and flags, which need no parser; undefined: anything else. */
function readSimple(bytes: Buffer, { start, end }: Span): string | boolean | undefined {
  if (bytes[start] !== QUOTE) {
    if (bytes[start] === 0x74) return true;
    return bytes[start] === 0x66 ? false : undefined;
  }
  for (let at = start + 1; at < end - 1; at++) {
    const c = bytes[at] as number;
    if (c === BACKSLASH || c > 0x7e) return undefined;
  }
  return bytes.toString('latin1', start + 1, end - 1);
}

/**
 * Input tokens from the tallies (docs: estimates): text bytes / 3.5 and a flat figure per image and document.
 * Never 0, because a request always costs something.
 */
export function estimateInput(envelope: Envelope, tokensPerImage = 1600): number {
  const documents = envelope.documents > 0 ? envelope.opaqueBytes / 20 : 0;
  return Math.max(1, Math.ceil(envelope.textBytes / 3.5 + envelope.images * tokensPerImage + documents));
}
