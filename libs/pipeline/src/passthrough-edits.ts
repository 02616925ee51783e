import type { Edit, Envelope } from '@turnpike/protocol';

const COMMA = 0x2c;
const isSpace = (c: number | undefined): boolean => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;

/** Names as JSON, kept: they are those of the configuration, and of a few models asked for by their own name. */
const written = new Map<string, Buffer>();
const MOST_NAMES = 1_000;

function nameBytes(model: string): Buffer {
  let bytes = written.get(model);
  if (bytes === undefined) {
    bytes = Buffer.from(JSON.stringify(model));
    if (written.size >= MOST_NAMES) written.clear();
    written.set(model, bytes);
  }
  return bytes;
}

/** The model's name as it goes upstream; no edit when it is the same. */
export function renameModel(envelope: Envelope, asked: string, upstream: string): Edit | undefined {
  const span = envelope.spans.get('model');
  if (!span || asked === upstream) return undefined;
  return { start: span.start, end: span.end, bytes: nameBytes(upstream) };
}

const INCLUDE_USAGE = Buffer.from('"stream_options":{"include_usage":true},');

/** What became of the wish for usage: `hide` when the client did not ask for the chunk itself. */
export interface UsageAsk {
  readonly edit?: Edit;
  readonly hide: boolean;
}

/** Chat streams tell usage only when asked: we always ask. A malformed member is the provider's to refuse. */
export function askForUsage(envelope: Envelope): UsageAsk {
  const span = envelope.spans.get('stream_options');
  const model = envelope.spans.get('model');
  if (!span)
    return model
      ? { edit: { start: model.nameStart, end: model.nameStart, bytes: INCLUDE_USAGE }, hide: true }
      : { hide: false };
  const text = envelope.bytes.toString('utf8', span.start, span.end);
  const value: unknown = JSON.parse(text);
  if (value === null)
    return {
      edit: { start: span.start, end: span.end, bytes: Buffer.from('{"include_usage":true}') },
      hide: true,
    };
  if (typeof value !== 'object' || Array.isArray(value)) return { hide: false };
  if ((value as { include_usage?: unknown }).include_usage === true) return { hide: false };
  return {
    edit: {
      start: span.start,
      end: span.end,
      bytes: Buffer.from(JSON.stringify({ ...value, include_usage: true })),
    },
    hide: true,
  };
}

/** Neighbouring members leave as one cut, so that exactly one comma goes with them. */
export function removeMembers(envelope: Envelope, names: readonly string[]): Edit[] {
  const spans = names
    .flatMap((name) => envelope.spans.get(name) ?? [])
    .sort((a, b) => a.nameStart - b.nameStart);
  const runs: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = runs[runs.length - 1];
    if (last && nextMemberStart(envelope.bytes, last.end) === span.nameStart) last.end = span.end;
    else runs.push({ start: span.nameStart, end: span.end });
  }
  return runs.map((run) => cut(envelope.bytes, run));
}

function nextMemberStart(bytes: Buffer, at: number): number {
  while (isSpace(bytes[at])) at++;
  if (bytes[at] !== COMMA) return -1;
  at++;
  while (isSpace(bytes[at])) at++;
  return at;
}

function cut(bytes: Buffer, run: { readonly start: number; readonly end: number }): Edit {
  const next = nextMemberStart(bytes, run.end);
  if (next >= 0) return { start: run.start, end: next, bytes: Buffer.alloc(0) };
  let at = run.start - 1;
  while (isSpace(bytes[at])) at--;
  return { start: bytes[at] === COMMA ? at : run.start, end: run.end, bytes: Buffer.alloc(0) };
}
