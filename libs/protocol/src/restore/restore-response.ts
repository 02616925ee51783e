import type { Part } from '../canonical/content';
import type { ChatResponse } from '../canonical/response';
import type { Restoration } from '../canonical/restoration';
import { createFold } from '../stream/fold';
import { unfoldResponse } from '../stream/unfold';
import { createRestoreMachine, restoresNothing } from './restore-machine';
import { addMissingOpening } from './think-tag';

function withOpening(parts: readonly Part[], tag: string): readonly Part[] {
  const first = parts.findIndex((part) => part.kind === 'text');
  return parts.map((part, i) =>
    i === first && part.kind === 'text' ? { ...part, text: addMissingOpening(part.text, tag) } : part,
  );
}

const withOpenings = (response: ChatResponse, tag: string): ChatResponse => ({
  ...response,
  parts: withOpening(response.parts, tag),
  ...(response.others && {
    others: response.others.map((other) => ({ ...other, parts: withOpening(other.parts, tag) })),
  }),
});

/** Undoes in a whole answer what the request's encoder did: by the same machine that serves streams. */
export function restoreResponse(response: ChatResponse, restoration: Restoration): ChatResponse {
  if (restoresNothing(restoration) || response.stop === 'error' || response.stop === 'malformed_call')
    return response;
  const { thinkTag } = restoration;
  const opened = thinkTag ? withOpenings(response, thinkTag) : response;
  const machine = createRestoreMachine(restoration);
  const fold = createFold();
  const feed = (events: ReturnType<typeof machine.push>): void => events.forEach((event) => fold.push(event));
  for (const event of unfoldResponse(opened)) feed(machine.push(event));
  feed(machine.end('complete'));
  return fold.response();
}
