import type { Restoration } from '../canonical/restoration';
import type { StreamEvent } from '../stream/events';
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

/** Undoes in a stream what the request's encoder did. Thinking is cut out first, stop sequences see what the client sees. */
export function createRestoreMachine(restoration: Restoration): Machine<StreamEvent, StreamEvent> {
  const { tools, hiddenTool, stripFences, localStops, thinkTag } = restoration;
  const stops = localStops?.filter((stop) => stop !== '') ?? [];
  const machines: Machine<StreamEvent, StreamEvent>[] = [];
  if (thinkTag) machines.push(createThinkTagMachine(thinkTag));
  if (tools?.size || hiddenTool) machines.push(createToolRestoringMachine(restoration));
  if (stripFences) machines.push(createFenceMachine());
  if (stops.length > 0) machines.push(createLocalStopMachine(stops));
  return machines.length === 0 ? UNCHANGED : machines.reduce((first, second) => chain(first, second));
}
