import { formatUsd } from '@turnpike/kernel';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { inParallel } from '../stage/ask';
import type { TokenPrice } from '../stage/gateway-config';
import type { AttemptRecord, CallRecord } from '../stage/read-trace';
import { getJson, readTrace } from '../stage/read-trace';
import type { Stage } from '../stage/stage';
import { costOf, sumUsd } from './cost-of';

export interface JoinOptions {
  readonly prices: Readonly<Record<string, TokenPrice>>;
  /** Calls whose caller left or was cut off: their figures may be estimates. */
  readonly broken: ReadonlySet<string>;
}

export interface Joined {
  /** What does not fit, in sentences; empty when journal and ledger agree. */
  readonly differences: string[];
  readonly calls: number;
  readonly attempts: number;
  readonly states: Record<string, number>;
}

/** Requests of every provider by the id in their prompt, in order of arrival. */
function journalById(stage: Stage): Map<string, JournalEntry[]> {
  const byId = new Map<string, JournalEntry[]>();
  const entries = Object.values(stage.mocks).flatMap((mock) => mock.journal.entries);
  for (const entry of entries.sort((x, y) => x.receivedAtMs - y.receivedAtMs)) {
    if (entry.id === undefined || entry.operation !== 'generate') continue;
    byId.set(entry.id, [...(byId.get(entry.id) ?? []), entry]);
  }
  return byId;
}

function compareAttempt(
  attempt: AttemptRecord,
  entry: JournalEntry,
  options: JoinOptions,
  isBroken: boolean,
): string[] {
  const out: string[] = [];
  const price = options.prices[`${attempt.provider}/${attempt.model}`];
  if (!price) return [`attempt ${attempt.n} at ${attempt.provider}/${attempt.model}, which no route has`];
  if (!attempt.endedAt) out.push(`attempt ${attempt.n} was never closed`);
  if (attempt.model !== entry.model)
    out.push(`attempt ${attempt.n} names ${attempt.model}, the provider saw ${entry.model}`);
  if ((entry.status ?? 0) >= 400) {
    if (attempt.status !== entry.status)
      out.push(`attempt ${attempt.n} has ${attempt.status}, the provider answered ${entry.status}`);
    if (attempt.costUsd !== '0')
      out.push(`attempt ${attempt.n} failed with ${entry.status} and costs ${attempt.costUsd}`);
    return out;
  }
  if (!entry.complete || !entry.usage || attempt.state === 'estimated') {
    if (entry.complete && entry.usage && !isBroken)
      out.push(`attempt ${attempt.n} is ${attempt.state}, though usage was reported`);
    return out;
  }
  const exact = formatUsd(costOf(price, entry.usage));
  if (attempt.costUsd !== exact) out.push(`attempt ${attempt.n} costs ${attempt.costUsd}, exact is ${exact}`);
  const tokens = `${attempt.tokens?.input}/${attempt.tokens?.output}`;
  const reported = `${entry.usage.input}/${entry.usage.output}`;
  if (tokens !== reported) out.push(`attempt ${attempt.n} has ${tokens} tokens, reported were ${reported}`);
  return out;
}

function compareCall(
  record: CallRecord,
  seen: readonly JournalEntry[],
  options: JoinOptions,
  isBroken: boolean,
): string[] {
  if (record.attempts.length !== seen.length)
    return [`${seen.length} requests at the providers, ${record.attempts.length} attempts in the ledger`];
  const out = record.attempts.flatMap((attempt, i) =>
    compareAttempt(attempt, seen[i] as JournalEntry, options, isBroken),
  );
  const sum = sumUsd(record.attempts.map((attempt) => attempt.costUsd));
  if (record.costUsd !== sum) out.push(`the call costs ${record.costUsd}, its attempts ${sum}`);
  return out;
}

/** Compares what the providers received with what the ledger says, for every call, both ways. */
export async function joinJournal(
  stage: Stage,
  ids: readonly string[],
  options: JoinOptions,
): Promise<Joined> {
  const journal = journalById(stage);
  const joined: Joined = { differences: [], calls: 0, attempts: 0, states: {} };
  const totals = { calls: 0, attempts: 0 };
  await inParallel(ids, 8, async (id) => {
    const seen = journal.get(id) ?? [];
    const isBroken = options.broken.has(id);
    // Cut off or refused at the door: no provider heard of it, nobody owes a record.
    if (!seen.length && (await getJson(stage, `/v1/requests/${id}`)).status === 404) return;
    try {
      const record = await readTrace(stage, id, 6_000);
      totals.calls++;
      totals.attempts += record.attempts.length;
      for (const { state } of record.attempts) joined.states[state] = (joined.states[state] ?? 0) + 1;
      joined.differences.push(
        ...compareCall(record, seen, options, isBroken).map((line) => `${id}: ${line}`),
      );
    } catch (error) {
      joined.differences.push(`${id}: ${seen.length} requests at the providers, no record: ${String(error)}`);
    }
  });
  return { ...joined, ...totals };
}
