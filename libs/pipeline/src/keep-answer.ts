import { createAnswerCallIds } from '@turnpike/dialects/answer/answer-call-ids';
import { keepReasoning, LARGEST_VALUE, type CallMemory, type KeptReasoning } from '@turnpike/continuity';
import { stringifyJson } from '@turnpike/kernel';
import type { Target } from '@turnpike/provider';
import type { Attempt } from './attempt';
import { CallBody } from './call-body';
import type { CallRun } from './call-run';
import { answerIdOf } from './create-answer';
import { accountOf } from './reasoning-target-of';

/** True: what passes through to it untouched can be gone on from there. */
export const storesResponses = ({ provider }: Target): boolean =>
  provider.definition.storesResponses === true;

/** After the last byte of a call that was answered: what later calls of its owner need of it. Waits for nothing. */
export function keepAnswer(run: CallRun): void {
  const { memory, observer } = run.deps;
  const { answered } = run;
  if (!memory || !answered) return;
  try {
    if (answered.setting.prepared.lane === 'translate') keepCalls(run, answered, memory);
    if (run.body instanceof CallBody) keepResponse(run, run.body, answered, memory);
  } catch (error) {
    observer.defect(error);
  }
}

/** Under the ids that the client got: it sends them back. */
function keepCalls(run: CallRun, { id, answer, setting }: Attempt, memory: CallMemory): void {
  const { target } = setting;
  const newId = createAnswerCallIds(answerIdOf(id), run.call.dialect.callIds);
  const origin = {
    vendor: target.provider.definition.vendor,
    account: accountOf(target),
    wantsWords: target.capabilities.echoReasoning === true,
  };
  const kept = new Map<string, KeptReasoning>();
  for (const call of answer?.remains?.calls() ?? []) {
    const callId = newId(call.id);
    const one = keepReasoning(call, origin);
    if (one) kept.set(callId, one);
  }
  if (kept.size > 0) memory.keepReasoning(run.call.principal.owner.id, kept);
}

function keepResponse(run: CallRun, body: CallBody, { answer, setting }: Attempt, memory: CallMemory): void {
  const codec = run.call.dialect.conversation;
  const state = body.state;
  const response = codec && state?.stores ? answer?.remains?.response() : undefined;
  const id = response && codec?.idOf(response);
  if (!codec || !state || !response || id === undefined) return;
  const { target, credential, prepared } = setting;
  const origin = {
    provider: target.provider.name,
    credentialId: credential.id,
    vendor: target.provider.definition.vendor,
    account: accountOf(target),
    storedUpstream: prepared.lane === 'passthrough' && storesResponses(target),
  };
  const before = state.previousId === undefined ? [] : run.before;
  const owner = run.call.principal.owner.id;
  const items = body.memberText(codec.itemsMember);
  // What only the upstream has, or what is too large to be kept, cannot be told from here: it alone can go on.
  if (!before || state.namesConversation || items.length > LARGEST_VALUE)
    return origin.storedUpstream ? memory.keepResponse(owner, id, origin) : undefined;
  memory.keepResponse(owner, id, {
    ...origin,
    response: stringifyJson(response),
    before: stringifyJson([...before, ...codec.inputItems(items)]),
  });
}
