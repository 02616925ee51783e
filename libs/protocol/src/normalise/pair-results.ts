import type { CallPart, Part, ResultPart, TextPart, Turn } from '../canonical/content';
import { joinText, partText } from './part-text';

const INTERRUPTED: TextPart = { kind: 'text', text: 'Tool call was interrupted; no result.' };

interface Link {
  readonly call: CallPart;
  /** Unique in the request. */
  readonly id: string;
  result?: ResultPart;
}

interface Links {
  readonly ofCall: ReadonlyMap<CallPart, Link>;
  readonly matched: ReadonlySet<ResultPart>;
}

/** Calls of one turn that share an id, and how many of them have a result. */
interface Group {
  readonly turn: number;
  readonly links: Link[];
  answered: number;
}

/** Gives each call an id of its own: the client's the first time, then numbered. */
function createIdSource(): (id: string) => string {
  const last = new Map<string, number>();
  return (id) => {
    let n = (last.get(id) ?? 0) + 1;
    while (n > 1 && last.has(`${id}_${n}`)) n++;
    const unique = n === 1 ? id : `${id}_${n}`;
    last.set(id, n);
    if (n > 1) last.set(unique, 1);
    return unique;
  };
}

/**
 * Finds the result of every call, wherever clients put it. An id that a later turn uses again starts anew; of several
 * results for one call the last counts; calls of one turn that share an id take their results in order.
 */
function linkCalls(turns: readonly Turn[]): Links {
  const ofCall = new Map<CallPart, Link>();
  const open = new Map<string, Group>();
  const matched = new Set<ResultPart>();
  const nextId = createIdSource();
  for (const [turn, { parts }] of turns.entries())
    for (const part of parts)
      if (part.kind === 'call') {
        const link: Link = { call: part, id: nextId(part.id) };
        ofCall.set(part, link);
        const group = open.get(part.id);
        if (group?.turn === turn) group.links.push(link);
        else open.set(part.id, { turn, links: [link], answered: 0 });
      } else if (part.kind === 'result') {
        const group = open.get(part.callId);
        const link = group?.links[Math.min(group.answered++, group.links.length - 1)];
        if (!link) continue;
        link.result = part;
        matched.add(part);
      }
  return { ofCall, matched };
}

/** A result whose call is not in the conversation: what it says is kept as the user's words. */
function orphanParts(result: ResultPart): Part[] {
  const media = result.parts.filter((part) => partText(part) === undefined);
  const label = `Result of ${result.name ?? result.callId}: ${joinText(result.parts, '\n')}`;
  return [{ kind: 'text', text: label }, ...media];
}

function resultOf(link: Link): ResultPart {
  const { call, id, result } = link;
  if (!result) return { kind: 'result', callId: id, name: call.name, isError: true, parts: [INTERRUPTED] };
  return { ...result, callId: id, name: call.name };
}

/** Results were moved behind their calls: here remain the other parts, with orphans as text. */
function withoutResults(turn: Turn, matched: ReadonlySet<ResultPart>): Turn {
  if (!turn.parts.some((part) => part.kind === 'result')) return turn;
  const parts = turn.parts.flatMap((part) => {
    if (part.kind !== 'result') return [part];
    return matched.has(part) ? [] : orphanParts(part);
  });
  return { ...turn, parts };
}

const isLinked = ({ parts }: Turn): boolean => parts.some(({ kind }) => kind === 'call' || kind === 'result');

/**
 * Every assistant turn with calls is followed by one user turn that holds exactly one result per call, in the order of
 * the calls; a call without a result gets one that says so. Ids become unique. Turns left empty are dropped.
 */
export function pairResults(turns: readonly Turn[]): Turn[] {
  if (!turns.some(isLinked))
    return turns.filter(({ role, parts }) => role === 'assistant' || parts.length > 0);
  const { ofCall, matched } = linkCalls(turns);
  const out: Turn[] = [];
  for (const turn of turns) {
    if (turn.role !== 'assistant') {
      const rest = withoutResults(turn, matched);
      if (rest.parts.length > 0) out.push(rest);
      continue;
    }
    const links = turn.parts.flatMap((part) => (part.kind === 'call' ? (ofCall.get(part) ?? []) : []));
    const parts = turn.parts.map((part) =>
      part.kind === 'call' ? { ...part, id: ofCall.get(part)?.id ?? part.id } : part,
    );
    out.push({ ...turn, parts });
    if (links.length > 0) out.push({ role: 'user', parts: links.map(resultOf) });
  }
  return out;
}
