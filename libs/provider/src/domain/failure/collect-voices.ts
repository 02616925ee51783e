import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { EMPTY_VOICE, MAX_TEXT, type ErrorVoice } from './error-reading';
import { parseJsonPrefix } from './parse-json-prefix';
import { readLayer, type ErrorLayer } from './read-layer';

/** Nesting of JSON in strings and errors in errors that is still followed. */
const MAX_DEPTH = 6;
const MAX_STRINGS_DEEP = 3;

interface Position {
  readonly depth: number;
  readonly strings: number;
  readonly quoted: boolean;
}

/** Layers found on the way in, outermost first. */
export class VoiceCollector {
  readonly #own: ErrorLayer[] = [];
  readonly #quoted: ErrorLayer[] = [];
  readonly headers: Record<string, string> = {};
  relayed = false;

  collect(value: Json): void {
    this.#visit(value, { depth: 0, strings: 0, quoted: false });
  }

  get own(): ErrorVoice {
    return mergeLayers(this.#own);
  }

  get quoted(): ErrorVoice | undefined {
    return this.#quoted.length > 0 ? mergeLayers(this.#quoted) : undefined;
  }

  #visit(value: Json | undefined, at: Position): void {
    if (at.depth > MAX_DEPTH) return;
    if (typeof value === 'string') this.#visitText(value, at);
    else if (Array.isArray(value)) for (const item of value.slice(0, 3)) this.#visit(item, deeper(at));
    else if (isObject(value)) this.#visitObject(value, at);
  }

  #visitText(text: string, at: Position): void {
    const trimmed = text.trim();
    if (trimmed === '' || this.#visitEncoded(trimmed, at)) return;
    this.#push({ parts: [trimmed], codes: [], sources: [] }, at);
  }

  /** JSON in a string: all of it is the same voice, JSON after a sentence is somebody quoted. */
  #visitEncoded(text: string, at: Position): boolean {
    if (at.strings >= MAX_STRINGS_DEEP) return false;
    const start = /^[{[]/.test(text) ? 0 : text.search(/\{\s{0,8}"/);
    const parsed =
      start < 0
        ? undefined
        : parseJsonPrefix(start === 0 ? text : text.slice(start, text.lastIndexOf('}') + 1));
    if (parsed === undefined) return false;
    if (start > 0) this.#push({ parts: [text.slice(0, start)], codes: [], sources: [] }, at);
    this.#visit(parsed, { depth: at.depth + 1, strings: at.strings + 1, quoted: at.quoted || start > 0 });
    return true;
  }

  #visitObject(object: JsonObject, at: Position): void {
    const { layer, encoded, inner, quoted, headers, relayed } = readLayer(object);
    for (const [name, value] of Object.entries(headers)) this.headers[name] ??= value;
    this.relayed ||= relayed;
    this.#push(layer, at);
    for (const text of encoded) {
      if (!this.#visitEncoded(text.trim(), at)) this.#push({ parts: [text], codes: [], sources: [] }, at);
    }
    for (const value of inner) this.#visit(value, deeper(at));
    for (const value of quoted) this.#visit(value, { ...deeper(at), quoted: true });
  }

  #push(layer: ErrorLayer, at: Position): void {
    (at.quoted ? this.#quoted : this.#own).push(layer);
  }
}

const deeper = (at: Position): Position => ({ ...at, depth: at.depth + 1 });

function mergeLayers(layers: readonly ErrorLayer[]): ErrorVoice {
  if (layers.length === 0) return EMPTY_VOICE;
  const inwards = [...layers].reverse();
  const parts = [...new Set(layers.flatMap((layer) => layer.parts.map((part) => part.trim())))].filter(
    (part) => part !== '',
  );
  return {
    message:
      inwards
        .map((layer) => layer.parts.find((part) => part.trim() !== ''))
        .find((part) => part !== undefined) ?? '',
    text: parts.join('\n').slice(0, MAX_TEXT),
    type: inwards.find((layer) => layer.type !== undefined)?.type,
    code: inwards.find((layer) => layer.code !== undefined)?.code,
    param: inwards.find((layer) => layer.param !== undefined)?.param,
    codes: [...new Set(layers.flatMap((layer) => layer.codes))],
    status: inwards.find((layer) => layer.status !== undefined)?.status,
    sources: layers.flatMap((layer) => layer.sources),
  };
}
