import type { EndReason } from './events';

/**
 * A pure stream machine: no clock, no random, no I/O, no promises. `push` takes one input, `end` is called once,
 * when the input is over; nothing is pushed after it.
 */
export interface Machine<I, O> {
  push(input: I): O[];
  end(reason: EndReason): O[];
}

/** Feeds what `first` emits into `second`. */
export function chain<A, B, C>(first: Machine<A, B>, second: Machine<B, C>): Machine<A, C> {
  const feed = (items: B[]): C[] =>
    items.length === 1 ? second.push(items[0] as B) : items.flatMap((item) => second.push(item));
  return {
    push: (input) => feed(first.push(input)),
    end: (reason) => [...feed(first.end(reason)), ...second.end(reason)],
  };
}
