import { isUtf8 } from 'node:buffer';
import { GatewayError } from '@turnpike/kernel';
import {
  beginWalk,
  checkDepth,
  MalformedJson,
  skipSpace,
  skipString,
  tally,
  walkComma,
  walkName,
  walkValue,
} from './grammar';

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

export interface Span {
  /** First byte of the member's name (its quote). */
  readonly nameStart: number;
  readonly start: number;
  readonly end: number;
}

/** More members than this at the top are no request of any client: they cost far more time than their bytes are worth. */
const MOST_MEMBERS = 1_000;

interface CompiledShape {
  readonly members: ReadonlySet<string>;
  readonly list: string;
  readonly longest: number;
}

const compiled = new WeakMap<EnvelopeShape, CompiledShape>();

function compile(shape: EnvelopeShape): CompiledShape {
  let hit = compiled.get(shape);
  if (!hit) {
    hit = {
      members: new Set(shape.members),
      list: shape.list,
      longest: Math.max(...shape.members.map((m) => m.length)),
    };
    compiled.set(shape, hit);
  }
  return hit;
}

/** Longer than the name of any type of item. */
const LONGEST_TYPE = 64;

interface ListFacts {
  elements: number;
  hasAssistant: boolean;
  firstUser: Span | undefined;
}

/** `start` is at the opening quote. Lower case after decoding escapes; undefined when it cannot be a wanted name. */
function readName(bytes: Buffer, start: number, longest: number): string | undefined {
  const end = skipString(bytes, start + 1) - 1;
  const raw = bytes.toString('latin1', start + 1, Math.min(end, start + 1 + 6 * longest + 6));
  if (!raw.includes('\\')) return raw.length > longest ? undefined : raw.toLowerCase();
  try {
    return String(JSON.parse(`"${bytes.toString('utf8', start + 1, end)}"`)).toLowerCase();
  } catch {
    return undefined;
  }
}

/** `"content"`, or `"parts"` as Gemini has it. */
function isContentName(bytes: Buffer, at: number): boolean {
  const first = bytes[at + 1];
  if (first === 0x63) return bytes.toString('latin1', at, at + 9) === '"content"';
  return first === 0x70 && bytes.toString('latin1', at, at + 7) === '"parts"';
}

/** Items of a model that have no role, as Responses has them: its calls and its reasoning. */
function isModelItem(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > LONGEST_TYPE) return false;
  const tail = bytes.toString('latin1', Math.max(start, end - 6), end);
  return tail === '_call"' || bytes.toString('latin1', start, end) === '"reasoning"';
}

/** One element of the list of turns: its role and content span are noted, the rest is walked. */
function walkElement(bytes: Buffer, at: number, facts: ListFacts): number {
  facts.elements++;
  if (bytes[at] !== 0x7b) return walkValue(bytes, at, 3);
  let role = '';
  let content: Span | undefined;
  let isModels = false;
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x7d) return at + 1;
  for (;;) {
    const nameStart = at;
    const start = walkName(bytes, at);
    const end = walkValue(bytes, start, 4);
    if (bytes[nameStart + 1] === 0x72 && bytes.toString('latin1', nameStart, nameStart + 6) === '"role"')
      role = bytes.toString('latin1', start, end);
    else if (bytes[nameStart + 1] === 0x74 && bytes.toString('latin1', nameStart, nameStart + 6) === '"type"')
      isModels ||= isModelItem(bytes, start, end);
    else if (isContentName(bytes, nameStart)) content = { nameStart, start, end };
    at = walkComma(bytes, end, 0x7d);
    if (at < 0) break;
  }
  if (isModels || role === '"assistant"' || role === '"model"') facts.hasAssistant = true;
  else if (role === '"user"' || role === '') facts.firstUser ??= content;
  return -1 - at;
}

function walkList(bytes: Buffer, at: number, facts: ListFacts): number {
  facts.elements = 0;
  checkDepth(at, 2);
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = walkComma(bytes, walkElement(bytes, at, facts), 0x5d);
    if (at < 0) return -1 - at;
  }
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
    const name = readName(bytes, nameStart, shape.longest);
    const isList = name === shape.list && bytes[start] === 0x5b;
    const end = isList ? walkList(bytes, start, facts) : walkValue(bytes, start, 2);
    if (name !== undefined && shape.members.has(name)) addSpan(spans, name, { nameStart, start, end });
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
  return span === undefined ? undefined : JSON.parse(envelope.bytes.toString('utf8', span.start, span.end));
}

/**
 * Input tokens from the tallies (docs: estimates): text bytes / 3.5 and a flat figure per image and document.
 * Never 0, because a request always costs something.
 */
export function estimateInput(envelope: Envelope, tokensPerImage = 1600): number {
  const documents = envelope.documents > 0 ? envelope.opaqueBytes / 20 : 0;
  return Math.max(1, Math.ceil(envelope.textBytes / 3.5 + envelope.images * tokensPerImage + documents));
}
