import { tokensOf, type AttemptEntry, type CallEntry } from '@turnpike/billing';
import { formatUsd } from '@turnpike/kernel';
import { CallObserver, type CallTimings } from '@turnpike/pipeline';
import type { AccessFields, AccessLog, CallMetrics, Logger } from '@turnpike/telemetry';

/** Counts calls and writes one access line per call. Names, figures and ids: never a key, never a prompt. */
export class CallTelemetry extends CallObserver {
  constructor(
    private readonly metrics: CallMetrics,
    private readonly log: Pick<Logger, 'error'>,
    private readonly access: AccessLog,
  ) {
    super();
  }

  callStarted(stream: boolean): void {
    this.metrics.callStarted();
    if (stream) this.metrics.streamOpened();
  }

  callEnded(entry: CallEntry, timings: CallTimings): void {
    if (entry.stream) this.metrics.streamClosed(entry.reason ?? entry.state);
    this.metrics.callEnded({
      dialect: entry.dialect,
      model: entry.alias ?? entry.requestedModel,
      outcome: entry.state,
      durationMs: timings.durationMs,
      overheadMs: timings.overheadMs,
      ttftMs: timings.ttftMs,
    });
    for (const attempt of entry.attempts) this.countAttempt(attempt, entry.projectLabel ?? 'unassigned');
    this.access.write(entry.endedAtMs, accessLine(entry, timings));
  }

  private countAttempt(attempt: AttemptEntry, project: string): void {
    const { provider, model, usage } = attempt;
    this.metrics.attemptEnded({ provider, model, outcome: attempt.state, reason: attempt.reason ?? '' });
    if (usage) this.metrics.tokens({ provider, model, usage: { ...tokensOf(usage) } });
    if (attempt.unpriced) this.metrics.priceMissing(attempt);
    else this.metrics.cost({ provider, model, project, picoUsd: attempt.costPicoUsd });
  }

  defect(error: unknown): void {
    this.log.error({ err: error }, 'an internal error was survived');
  }
}

function accessLine(entry: CallEntry, timings: CallTimings): AccessFields {
  const served = entry.attempts[entry.attempts.length - 1];
  return {
    callId: entry.id,
    requestId: entry.requestId,
    dialect: entry.dialect,
    operation: entry.operation,
    project: entry.projectLabel,
    model: entry.requestedModel,
    provider: served?.provider,
    servedModel: served?.model,
    lane: served?.lane,
    attempts: entry.attempts.length,
    status: entry.status,
    state: entry.state,
    reason: entry.reason,
    stream: entry.stream,
    durationMs: timings.durationMs,
    ttftMs: timings.ttftMs,
    tokens: served?.usage && tokensOf(served.usage),
    costUsd: formatUsd(entry.costPicoUsd),
  };
}
