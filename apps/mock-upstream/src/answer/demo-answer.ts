import { stripDirectives } from '../script/read-directives';
import type { ToolOffer, Understood } from '../wire/wire-dialect';
import type { Answer, AnswerPart, StopKind } from './answer';
import { callOf } from './call-of';
import { sampleArgs, sampleSchema } from './sample-schema';
import { splitWords } from './split-text';

const QUOTE_LENGTH = 120;
const WANTS_TOOL = /\b(use|call|run|invoke|try)\b/i;

const quote = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > QUOTE_LENGTH ? `${Array.from(line).slice(0, QUOTE_LENGTH).join('')}…` : line;
};
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function chooseTool(seen: Understood, prompt: string): ToolOffer | undefined {
  if (!seen.mayCall || seen.results.length) return undefined;
  if (seen.mustCall !== undefined)
    return seen.tools.find((tool) => tool.name === seen.mustCall) ?? seen.tools[0];
  if (!WANTS_TOOL.test(prompt)) return undefined;
  const named = seen.tools.find((tool) => prompt.includes(tool.name));
  return named ?? (/\btools?\b/i.test(prompt) ? seen.tools[0] : undefined);
}

const quotedWords = (prompt: string): string[] =>
  [...prompt.matchAll(/["“]([^"”]{1,200})["”]/g)].map((m) => String(m[1]));

function demoText(seen: Understood, prompt: string): string {
  if (seen.answerSchema) return JSON.stringify(sampleSchema(seen.answerSchema, quotedWords(prompt)));
  if (seen.wantsJson) return JSON.stringify({ answer: 'This is the demo provider.', prompt: quote(prompt) });
  if (seen.results.length) {
    const said = seen.results.map((result) => `“${quote(result)}”`).join(' and ');
    return `The tool answered ${said}. That completes the round trip: the call went out, its result came back, and this is the final answer.`;
  }
  const sentences = [
    prompt ? `You said: “${quote(prompt)}”.` : 'Your message held no text.',
    "This answer comes from Turnpike's built-in demo provider, which writes it on this machine without any account.",
    'Everything before it was real: your key was checked, a route was chosen, and the call is in the ledger with its cost.',
  ];
  if (seen.imageCount) sentences.push(`I received ${plural(seen.imageCount, 'image')} with it.`);
  if (seen.tools.length)
    sentences.push(
      `You offered ${plural(seen.tools.length, 'tool')}; write “use the tool” and I will call ${String(seen.tools[0]?.name)}.`,
    );
  sentences.push('Name a provider in turnpike.yaml and the same request reaches a real model.');
  return sentences.join(' ');
}

/** Cuts at the first stop sequence, then at the cap (a word counts as one token). */
function limit(text: string, seen: Understood): { words: string[]; stop: StopKind } {
  const hits = seen.stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const kept = hits.length ? text.slice(0, Math.min(...hits)) : text;
  const words = splitWords(kept);
  if (seen.cap !== undefined && words.length > seen.cap)
    return { words: words.slice(0, seen.cap), stop: 'length' };
  return { words, stop: hits.length ? 'stop_sequence' : 'end' };
}

/** What the provider says when no script tells it otherwise: useful, quick, the same for the same request. */
export function composeDemo(seen: Understood, id: string): Pick<Answer, 'parts' | 'stop' | 'usage'> {
  const prompt = stripDirectives(seen.userTexts.at(-1) ?? '');
  const tool = chooseTool(seen, prompt);
  const thought = `The caller wants: ${quote(prompt)}. A short answer will do.`;
  const thinking: AnswerPart[] = seen.thinks ? [{ kind: 'thinking', chunks: splitWords(thought) }] : [];
  const reasoning = thinking.length ? splitWords(thought).length : 0;
  const input = Math.max(1, Math.ceil(seen.promptCharacters / 4));
  const usage = (output: number): Answer['usage'] => ({
    input,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: output + reasoning,
    reasoning,
  });
  if (tool) {
    const words = quotedWords(prompt);
    const args = tool.custom ? words.join(' ') : sampleArgs(tool.schema, words);
    const call = callOf(tool, `call_${id}_${seen.promptCharacters.toString(36)}`, args);
    return { parts: [...thinking, call], stop: 'tool', usage: usage(Math.ceil(args.length / 4) + 8) };
  }
  const { words, stop } = limit(demoText(seen, prompt), seen);
  return {
    parts: [...thinking, ...(words.length ? [{ kind: 'text' as const, chunks: words }] : [])],
    stop,
    usage: usage(words.length),
  };
}
