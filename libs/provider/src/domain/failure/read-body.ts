import { isObject, type Json } from '@turnpike/kernel';
import { VoiceCollector } from './collect-voices';
import { EMPTY_VOICE, MAX_TEXT, type ErrorReading, type ErrorVoice } from './error-reading';
import { parseJsonPrefix } from './parse-json-prefix';
import { splitEvents } from './split-events';

const MAX_BODY = 65_536;
const RELAYED =
  /\berror from provider\b|\bprovider returned (?:an )?error\b|\bupstream (?:request |provider |api |service )?(?:failed|error|returned)\b/i;

const NOTHING: ErrorReading = { own: EMPTY_VOICE, headers: {}, relayed: false, found: false, html: false };

/** True for a message that is an error whatever the status line said. */
export function bearsError(value: Json): boolean {
  if (!isObject(value)) return false;
  const response = isObject(value.response) ? value.response.error : undefined;
  const base = isObject(value.base_resp) ? value.base_resp.status_code : undefined;
  return (
    isStated(value.error) ||
    isStated(response) ||
    (Array.isArray(value.errors) && value.errors.length > 0) ||
    (base !== undefined && base !== 0) ||
    value.type === 'error' ||
    value.object === 'error' ||
    value.success === false
  );
}

const isStated = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && value !== false;

const FILTERED = new Set([
  'content_filter',
  'refusal',
  'sensitive',
  'safety',
  'recitation',
  'blocklist',
  'prohibited_content',
  'spii',
  'image_safety',
]);
const FAILED = new Set(['error', 'network_error', 'insufficient_system_resource']);

function finishOf(value: Json): ErrorReading['finish'] {
  if (!isObject(value)) return undefined;
  const lists = [value.choices, value.candidates].flatMap((list) =>
    Array.isArray(list) ? list.slice(0, 8) : [],
  );
  const holders = [
    value,
    value.delta,
    value.message,
    value.promptFeedback,
    value.incomplete_details,
    ...lists,
  ].filter(isObject);
  const words = holders.flatMap((holder) => [
    holder.finish_reason,
    holder.finishReason,
    holder.stop_reason,
    holder.blockReason,
    holder.reason,
  ]);
  for (const word of words) {
    if (typeof word !== 'string') continue;
    if (FILTERED.has(word.toLowerCase())) return 'filtered';
    if (FAILED.has(word.toLowerCase())) return 'failed';
  }
  return value.promptFeedback !== undefined && words.some((word) => word === 'OTHER')
    ? 'filtered'
    : undefined;
}

function readValue(value: Json, mustBear: boolean): ErrorReading {
  const list = Array.isArray(value) ? value : [value];
  const target = list.find(bearsError) ?? (mustBear ? undefined : list[0]);
  if (target === undefined) {
    return { ...NOTHING, finish: list.map(finishOf).find((finish) => finish !== undefined) };
  }
  const voices = new VoiceCollector();
  voices.collect(target);
  const { own, quoted } = voices;
  return {
    own,
    quoted,
    headers: voices.headers,
    relayed: voices.relayed || RELAYED.test(own.text),
    found: true,
    finish: finishOf(target),
    html: false,
  };
}

const voiceOfText = (text: string): ErrorVoice => ({
  ...EMPTY_VOICE,
  message: text.slice(0, MAX_TEXT),
  text: text.slice(0, MAX_TEXT),
});

function readHtml(text: string): ErrorReading {
  const head = text.slice(0, 16_384);
  const title = /<title[^<>]{0,200}>([^<]{1,300})/i.exec(head)?.[1]?.trim() ?? '';
  const words = head
    .replace(/<(style|script)\b[^<]{0,8000}/gi, ' ')
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/\s{2,}/g, ' ');
  return { ...NOTHING, own: { ...voiceOfText(`${title}\n${words}`), message: title }, html: true };
}

/**
 * Reads a body whatever its content type says: JSON (cut or whole), an SSE frame, lines of JSON, HTML, plain text, nothing.
 * `mustBear`: the status was 200, so that only what says it is an error counts. Linear, never throws on any text.
 */
export function readBody(body: string, mustBear: boolean): ErrorReading {
  const text = body
    .slice(0, MAX_BODY)
    .replace(/^\uFEFF/, '')
    .trim();
  if (text === '') return NOTHING;
  if (/^<|^[^{]{0,200}<(?:!doctype|html)\b/i.test(text)) return readHtml(text);
  const first = text.charAt(0);
  const lines =
    first === '{' && text.includes('\n') && parseWhole(text) === undefined ? splitEvents(text) : undefined;
  const value = lines ?? parseJsonPrefix(text) ?? splitEvents(text);
  if (value !== undefined) return readValue(value, mustBear);
  if (first === '"') return readValue({ error: parseWhole(text) ?? text }, false);
  return { ...NOTHING, own: voiceOfText(text) };
}

function parseWhole(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
