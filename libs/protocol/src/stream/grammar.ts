import { DELTAS_OF, isTerminal } from './block-rules';
import type { BlockContent, StreamEvent } from './events';

/** Checks the grammar of `StreamEvent` event by event. */
export interface GrammarChecker {
  /** What is wrong with this event at this place; undefined when nothing is. */
  push(event: StreamEvent): string | undefined;
  /** What is wrong with a stream that ends here. */
  end(): string | undefined;
}

export function createGrammarChecker(): GrammarChecker {
  const open = new Map<number, BlockContent['kind']>();
  const used = new Set<number>();
  const choices = new Map<number, GrammarChecker>();
  let started = false;
  let over = false;

  function checkBlock(event: Extract<StreamEvent, { readonly block: number }>): string | undefined {
    if (event.kind === 'block-start') {
      if (used.has(event.block)) return `block ${event.block} starts twice`;
      used.add(event.block);
      open.set(event.block, event.content.kind);
      return undefined;
    }
    const kind = open.get(event.block);
    if (kind === undefined) return `${event.kind} of block ${event.block}, which is not open`;
    if (event.kind === 'block-end') open.delete(event.block);
    else if (!DELTAS_OF[kind].includes(event.delta.kind)) return `${event.delta.kind} in a block of ${kind}`;
    return undefined;
  }

  function checkUsage(usage: object): string | undefined {
    for (const [name, value] of Object.entries(usage))
      if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
        return `usage.${name} is no count`;
    return undefined;
  }

  /** The same rules within each choice, which has begun with the answer. */
  function checkChoice(choice: number, event: StreamEvent): string | undefined {
    let checker = choices.get(choice);
    if (!checker) {
      checker = createGrammarChecker();
      checker.push({ kind: 'start' });
      choices.set(choice, checker);
    }
    const problem = choice < 1 ? 'it is none of the others' : checker.push(event);
    return problem && `choice ${choice}: ${problem}`;
  }

  const openChoice = (): string | undefined =>
    [...choices.values()].some((checker) => checker.end() !== undefined)
      ? 'finish before a choice has one'
      : undefined;

  return {
    push(event) {
      if (over) return `${event.kind} after the end`;
      if (event.kind === 'start') {
        if (started) return 'start twice';
        started = true;
        return undefined;
      }
      if (!started) return `${event.kind} before start`;
      if (isTerminal(event)) {
        over = true;
        if (event.kind !== 'finish') return undefined;
        return open.size > 0 ? 'finish with an open block' : openChoice();
      }
      if (event.kind === 'usage') return checkUsage(event.usage);
      if (event.kind === 'choice') return checkChoice(event.choice, event.event);
      return 'block' in event ? checkBlock(event) : undefined;
    },
    end: () => (over ? undefined : 'no finish, error or interrupted'),
  };
}

/** Everything that is wrong with a whole stream. */
export function checkGrammar(events: readonly StreamEvent[]): string[] {
  const checker = createGrammarChecker();
  return [...events.map((event) => checker.push(event)), checker.end()].filter(
    (problem) => problem !== undefined,
  );
}
