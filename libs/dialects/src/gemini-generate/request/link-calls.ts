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
  readonly name: string;
  /** What its result said; undefined: it has none yet. */
  answer?: string;
}

/**
 * Gives every call an id and every result the id of its call. Clients may send no ids at all, on one of the two sides
 * only, or say a result twice: then name and order decide, the latest calls first.
 */
class CallLinker {
  private position = 0;
  /** Calls by the assistant turns that made them, the latest last. */
  private readonly groups: Open[][] = [];
  private readonly ids = new Set<string>();
  private growing = false;

  link(turns: readonly Turn[]): Turn[] {
    return turns.map((turn) => {
      if (turn.role !== 'assistant') this.growing = false;
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
    this.ids.add(id);
    if (!this.growing) this.groups.push([]);
    this.growing = true;
    this.groups.at(-1)?.push({ id, name: call.name });
    return { ...call, id };
  }

  /** Id for the result; undefined: it repeats what was said already. */
  private find(result: ResultPart): string | undefined {
    const said = stringifyJson(result.native?.response ?? null);
    if (this.ids.has(result.callId)) {
      const known = this.latest((open) => open.id === result.callId);
      if (known) known.answer = said;
      return result.callId;
    }
    const sameName = (open: Open): boolean => open.name === result.name;
    const open =
      this.latest((call) => call.answer === undefined && sameName(call)) ??
      (this.latest(sameName) ? undefined : this.latest((call) => call.answer === undefined));
    if (open) {
      open.answer = said;
      return open.id;
    }
    if (this.latest((call) => sameName(call) && call.answer === said)) return undefined;
    return this.latest(sameName)?.id ?? (result.callId || `orphan_${result.name ?? ''}`);
  }

  private latest(fits: (call: Open) => boolean): Open | undefined {
    for (let at = this.groups.length - 1; at >= 0; at--) {
      const hit = this.groups[at]?.find(fits);
      if (hit) return hit;
    }
    return undefined;
  }
}

export const linkCalls = (turns: readonly Turn[]): Turn[] => new CallLinker().link(turns);
