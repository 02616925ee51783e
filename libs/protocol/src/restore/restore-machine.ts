import type { Restoration } from '../canonical/restoration';
import type { ChoiceEvent, EndReason, StreamEvent } from '../stream/events';
import { chain, type Machine } from '../stream/machine';
import { createFenceMachine } from './json-fences';
import { createLocalStopMachine } from './local-stops';
import { createThinkTagMachine } from './think-tag';
import { createToolRestoringMachine } from './tool-restoring';

const UNCHANGED: Machine<StreamEvent, StreamEvent> = { push: (event) => [event], end: () => [] };

/** True: an answer goes back as it came. */
export function restoresNothing(restoration: Restoration): boolean {
  const { tools, hiddenTool, stripFences, localStops, thinkTag } = restoration;
  return !tools?.size && !hiddenTool && !stripFences && !localStops?.length && !thinkTag;
}

/** Each choice of an answer is restored by itself: what one of them has said says nothing of the others. */
class ChoicesMachine implements Machine<StreamEvent, StreamEvent> {
  private readonly first: Machine<StreamEvent, StreamEvent>;
  private readonly others = new Map<number, Machine<StreamEvent, StreamEvent>>();

  constructor(private readonly restoration: Restoration) {
    this.first = createChoiceMachine(restoration);
  }

  push(event: StreamEvent): StreamEvent[] {
    if (event.kind !== 'choice') return this.first.push(event);
    const { choice } = event;
    const machine = this.others.get(choice) ?? createChoiceMachine(this.restoration);
    this.others.set(choice, machine);
    return machine.push(event.event).map((e) => ({ kind: 'choice', choice, event: e as ChoiceEvent }));
  }

  end(reason: EndReason): StreamEvent[] {
    return this.first.end(reason);
  }
}

/** Undoes in a stream what the request's encoder did. */
export const createRestoreMachine = (restoration: Restoration): Machine<StreamEvent, StreamEvent> =>
  restoresNothing(restoration) ? UNCHANGED : new ChoicesMachine(restoration);

/** Thinking is cut out first, stop sequences see what the client sees. */
function createChoiceMachine(restoration: Restoration): Machine<StreamEvent, StreamEvent> {
  const { tools, hiddenTool, stripFences, localStops, thinkTag, thinkOpened } = restoration;
  const stops = localStops?.filter((stop) => stop !== '') ?? [];
  const machines: Machine<StreamEvent, StreamEvent>[] = [];
  if (thinkTag) machines.push(createThinkTagMachine(thinkTag, thinkOpened));
  if (tools?.size || hiddenTool) machines.push(createToolRestoringMachine(restoration));
  if (stripFences) machines.push(createFenceMachine());
  if (stops.length > 0) machines.push(createLocalStopMachine(stops));
  return machines.length === 0 ? UNCHANGED : machines.reduce((first, second) => chain(first, second));
}
