import type { CallEntry } from '@turnpike/billing';
import { hideKeys } from '@turnpike/identity';
import type { CallRun } from './call-run';
import { keepAnswer } from './keep-answer';

/** Model names come from clients: the ledger keeps no novels. */
const LONGEST_NAME = 200;

/**
 * Always, exactly once, after the last byte: the ledger entry and the figures for metrics. Never waits, never throws
 * into the call.
 */
export function settleCall(run: CallRun): void {
  const { call, deps, delivery } = run;
  const endedAtMs = deps.clock();
  run.finish();
  run.body?.release?.();
  const durationMs = endedAtMs - call.receivedAtMs;
  const entry = entryOf(run, endedAtMs);
  if (run.body) deps.ledger.record(entry);
  deps.observer.callEnded(entry, {
    durationMs,
    overheadMs: Math.max(0, durationMs - run.upstreamMs),
    ttftMs: run.firstContentAtMs === undefined ? undefined : run.firstContentAtMs - call.receivedAtMs,
  });
  if (!delivery.ended) delivery.close();
  keepAnswer(run);
}

function entryOf(run: CallRun, endedAtMs: number): CallEntry {
  const { call, body, route, delivery } = run;
  const { principal } = call;
  // Every member stands here, also the unknown ones: entries of one shape are small and quick to make.
  return {
    id: call.id,
    requestId: call.requestId,
    dialect: call.dialect.id,
    operation: body?.operation ?? 'generate',
    requestedModel: hideKeys(body?.model ?? '').slice(0, LONGEST_NAME),
    alias: route?.alias,
    keyId: principal.keyId,
    ownerId: principal.owner.id,
    ownerLabel: principal.owner.label,
    teamId: principal.teamId,
    projectId: call.project?.id,
    projectLabel: call.project?.slug,
    tags: call.tags,
    state: run.state,
    reason: run.reason,
    status: delivery.status,
    stream: body?.stream ?? false,
    startedAtMs: call.receivedAtMs,
    endedAtMs,
    attempts: run.entries,
    dropped: run.dropped,
    warnings: run.warnings,
    costPicoUsd: run.costPicoUsd,
  };
}
