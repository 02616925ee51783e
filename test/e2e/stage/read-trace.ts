import { until } from '@turnpike/testing';
import type { Stage } from './stage';

export interface AttemptRecord {
  readonly n: number;
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  readonly lane: string;
  readonly status: number | null;
  readonly state: 'measured' | 'estimated' | 'unbilled';
  readonly reason: string | null;
  readonly endedAt: string | null;
  readonly tokens: Readonly<
    Record<'input' | 'cacheRead' | 'cacheWrite' | 'output' | 'reasoning', number>
  > | null;
  readonly costUsd: string;
}

export interface CallRecord {
  readonly id: string;
  readonly requestedModel: string;
  readonly state: string;
  readonly endedAt: string | null;
  readonly costUsd: string;
  readonly attempts: readonly AttemptRecord[];
}

/** GET with the developer key. */
export const getJson = async (
  stage: Stage,
  path: string,
  key = stage.key,
): Promise<{ status: number; json: unknown }> => {
  const answer = await fetch(stage.url + path, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, json: await answer.json() };
};

/** The record of a call by either of its ids, once it is closed; it is promised within 2 s of the call's end. */
export function readTrace(stage: Stage, id: string, limitMs = 4_000): Promise<CallRecord> {
  return until(
    async () => {
      const { status, json } = await getJson(stage, `/v1/requests/${encodeURIComponent(id)}`);
      const record = json as CallRecord;
      return status === 200 && record.endedAt ? record : undefined;
    },
    { limitMs, everyMs: 50, what: `the record of call ${id}` },
  );
}
