import { createHash } from 'node:crypto';
import { stringifyJson } from '@turnpike/kernel';
import type { CallPart, Part, ResultPart, Turn } from '@turnpike/protocol';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The same for the same call at the same place, so that a growing conversation keeps its ids. */
function mintId(position: number, call: CallPart): string {
  const digest = createHash('sha256').update(`${position}:${call.name}:${call.args}`).digest();
  return `call_${Array.from(digest.subarray(0, 24), (byte) => ALPHANUMERIC[byte % 62]).join('')}`;
}

interface Open {
  readonly id: string;
  answered: boolean;
}

/** Calls in the order in which results without an id answer them: the latest turn first, within it as they were made. */
class CallQueue {
  latest: Open | undefined;
  private readonly turns: { readonly turn: number; readonly calls: Open[]; next: number }[] = [];

  add(call: Open, turn: number): void {
    this.latest = call;
    const last = this.turns.at(-1);
    if (last?.turn === turn) last.calls.push(call);
    else this.turns.push({ turn, calls: [call], next: 0 });
  }

  /** The next call without a result. Each call is passed over once: conversations can be long. */
  next(): Open | undefined {
    for (let last = this.turns.at(-1); last; last = this.turns.at(-1)) {
      while (last.calls[last.next]?.answered) last.next++;
      const call = last.calls[last.next];
      if (call) return call;
      this.turns.pop();
    }
    return undefined;
  }
}

/**
 * Gives every call an id and every result the id of its call. Clients may send no ids at all, on one of the two sides
 * only, or say a result twice: then name and order decide, the latest calls first.
 */
class CallLinker {
  private position = 0;
  private turn = 0;
  private readonly byId = new Map<string, Open>();
  private readonly byName = new Map<string, CallQueue>();
  private readonly all = new CallQueue();
  private readonly said = new Set<string>();

  link(turns: readonly Turn[]): Turn[] {
    return turns.map((turn) => {
      if (turn.role !== 'assistant') this.turn++;
      return { ...turn, parts: turn.parts.flatMap((part) => this.part(part)) };
    });
  }

  private part(part: Part): Part[] {
    if (part.kind === 'call') return [this.call(part)];
    if (part.kind !== 'result') return [part];
    const callId = this.find(part);
    return callId === undefined ? [] : [{ ...part, callId }];
  }

  private call(call: CallPart): CallPart {
    const id = call.id === '' ? mintId(this.position, call) : call.id;
    this.position++;
    const open: Open = { id, answered: false };
    this.byId.set(id, open);
    const named = this.byName.get(call.name) ?? new CallQueue();
    this.byName.set(call.name, named);
    named.add(open, this.turn);
    this.all.add(open, this.turn);
    return { ...call, id };
  }

  /** Id for the result; undefined: it repeats what was said already. */
  private find(result: ResultPart): string | undefined {
    const said = stringifyJson([result.name ?? '', result.native?.response ?? null]);
    const known = this.byId.get(result.callId);
    const named = this.byName.get(result.name ?? '');
    const open = known ?? (named ? named.next() : this.all.next());
    if (open) {
      open.answered = true;
      this.said.add(said);
      return open.id;
    }
    if (this.said.has(said)) return undefined;
    return named?.latest?.id ?? (result.callId || `orphan_${result.name ?? ''}`);
  }
}

export const linkCalls = (turns: readonly Turn[]): Turn[] => new CallLinker().link(turns);
