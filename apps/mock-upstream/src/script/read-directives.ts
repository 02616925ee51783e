import type { Plan } from './plan';
import { readPlan, ScriptError } from './read-plan';

/** `[[mock: key=value key="quoted \" text" flag]]`; a quoted value is a JSON string. */
const GROUP = /\[\[mock:((?:[^"\]]|"(?:[^"\\]|\\.)*"|\](?!\]))*)\]\]/g;
const WORD = /([A-Za-z][\w-]*)(?:=("(?:[^"\\]|\\.)*"|[^\s"]+))?/y;

const unquote = (raw: string, key: string): string => {
  if (!raw.startsWith('"')) return raw;
  try {
    return String(JSON.parse(raw));
  } catch {
    throw new ScriptError(`${key}: not a JSON string`);
  }
};

function readGroup(body: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let at = 0;
  for (;;) {
    while (at < body.length && /\s/.test(body.charAt(at))) at++;
    if (at >= body.length) return values;
    WORD.lastIndex = at;
    const word = WORD.exec(body);
    if (!word) throw new ScriptError(`cannot read "${body.slice(at, at + 30)}" in a directive`);
    const key = String(word[1]);
    values[key] = word[2] === undefined ? '1' : unquote(word[2], key);
    at = WORD.lastIndex;
  }
}

/**
 * The plan of a prompt: all directives of the last user turn that has any, later words winning. Undefined when no turn
 * has one. @throws ScriptError
 */
export function readDirectives(userTexts: readonly string[]): Plan | undefined {
  for (const text of [...userTexts].reverse()) {
    if (!text.includes('[[mock:')) continue;
    const groups = [...text.matchAll(GROUP)].map((match) => readGroup(String(match[0]).slice(7, -2)));
    if (groups.length) return readPlan(Object.assign({}, ...groups) as Record<string, unknown>);
  }
  return undefined;
}

/** The prompt without its directives. */
export const stripDirectives = (text: string): string => text.replace(GROUP, '').trim();
