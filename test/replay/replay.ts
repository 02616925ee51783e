import { closeConnections } from './ask-gateway';
import { findExchange, type Exchange } from './find-exchange';
import { openGateway } from './open-gateway';
import { readRecordings } from './read-recordings';
import { openUpstream } from './recorded-upstream';
import type { Recording } from './recording';
import { runCount } from './run-count';
import { runEmbeddings, toEmbeddingsBody } from './run-embeddings';
import { runRecording, type ExchangeReport, type Stage } from './run-recording';

export interface ReplayOptions {
  /** A folder of recordings, or one file. */
  readonly folder: string;
  /** Only recordings whose `file:line` holds this. */
  readonly only?: string;
  readonly say: (line: string) => void;
}

/** What a whole folder came to. */
export interface ReplayTotals {
  recordings: number;
  malformed: number;
  exchanges: number;
  failures: number;
  readonly notApplicable: Map<string, number>;
  readonly standIns: Map<string, number>;
}

const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

function runExchange(
  stage: Stage,
  recording: Recording,
  exchange: Exchange,
  n: number,
): Promise<ExchangeReport[]> {
  switch (exchange.kind) {
    case 'count':
      return runCount(stage, recording, exchange, `count-${n}`);
    case 'embed':
      return runEmbeddings(stage, recording, exchange, `embed-${n}`);
    case 'generate':
      return runRecording(stage, recording, exchange, n);
  }
}

async function replayOne(
  stage: Stage,
  recording: Recording,
  totals: ReplayTotals,
  say: (line: string) => void,
): Promise<void> {
  const exchange = findExchange(recording);
  if (exchange.kind === 'not-applicable') return count(totals.notApplicable, exchange.reason);
  if (exchange.kind === 'embed' && !toEmbeddingsBody(exchange))
    return count(totals.notApplicable, 'embeddings of nothing that could be asked again');
  const reports = await runExchange(stage, recording, exchange, totals.recordings);
  for (const report of reports) {
    totals.exchanges++;
    if (report.standIn !== undefined)
      count(totals.standIns, `${exchange.dialect}->${report.client} ${report.standIn}`);
    const form = report.stream ? 'stream' : 'whole';
    for (const problem of report.problems) {
      totals.failures++;
      say(`${recording.place} ${exchange.dialect}->${report.client} (${form}) ${problem}`);
    }
  }
}

/** What nobody caught, since the last time this was asked: it would end the process, and belongs to the recording at hand. */
function catchStrays(): { take: () => unknown[]; stop: () => void } {
  const strays: unknown[] = [];
  const keep = (error: unknown): void => void strays.push(error);
  process.on('uncaughtException', keep).on('unhandledRejection', keep);
  return {
    take: () => strays.splice(0),
    stop: () => void process.off('uncaughtException', keep).off('unhandledRejection', keep),
  };
}

/** Replays every recording of a folder. Nothing in a recording ends it: each mistake is a line and a failure. */
export async function replay({ folder, only, say }: ReplayOptions): Promise<ReplayTotals> {
  const strays = catchStrays();
  const totals: ReplayTotals = {
    recordings: 0,
    malformed: 0,
    exchanges: 0,
    failures: 0,
    notApplicable: new Map(),
    standIns: new Map(),
  };
  const upstream = await openUpstream();
  const gateway = await openGateway(upstream.url);
  try {
    for await (const read of readRecordings(folder)) {
      if (only !== undefined && !read.place.includes(only)) continue;
      totals.recordings++;
      if ('problem' in read) {
        totals.malformed++;
        totals.failures++;
        say(`${read.place} ${read.problem}`);
      } else await replayOne({ upstream, gateway }, read, totals, say);
      for (const stray of strays.take()) {
        totals.failures++;
        say(`${read.place} exception that nobody caught: ${String(stray)}`);
      }
    }
  } finally {
    strays.stop();
    closeConnections();
    await gateway.close();
    await upstream.close();
  }
  return totals;
}
