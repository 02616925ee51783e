import type { Json } from '@turnpike/kernel';
import { parseJsonPrefix } from './parse-json-prefix';

/** Events of one body that are still looked at. */
const MAX_EVENTS = 2_000;

/** JSON payloads of an SSE or newline-delimited body; undefined when the body is neither. Linear. */
export function splitEvents(text: string): Json[] | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  const isSse = /^(?:data|event|id|retry)?:/.test(lines.find((line) => line.trim() !== '') ?? '');
  if (!isSse && lines.length < 2) return undefined;
  const payloads: Json[] = [];
  let data = '';
  const flush = (): void => {
    const parsed = parseJsonPrefix(data.trim());
    if (parsed !== undefined) payloads.push(parsed);
    data = '';
  };
  for (const line of lines) {
    if (payloads.length >= MAX_EVENTS) break;
    if (!isSse) data = line;
    else if (line.startsWith('data:')) data += `${line.slice(5).trimStart()}\n`;
    if (!isSse || line === '') flush();
  }
  flush();
  return isSse || payloads.length > 0 ? payloads : undefined;
}
