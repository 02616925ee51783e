import { classifyFailure } from '@turnpike/provider/domain/failure/classify-failure';
import type { ProviderDefinition } from '@turnpike/provider/domain/definition';
import type { FailureEvidence } from '@turnpike/provider/domain/failure-evidence';
import type { FailureClass, FailureScope } from '@turnpike/protocol';

/** What of an answer decides its class; `says` becomes `error` members of an OpenAI-style body unless `body` is given. */
export interface Shape {
  readonly says?: string;
  readonly type?: string | null;
  readonly code?: string | number | null;
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or an object that is written as JSON. */
  readonly body?: unknown;
  readonly verdict?: FailureEvidence['verdict'];
  readonly auxiliary?: boolean;
  /** RFC 3339; absent: `FAILURE_NOW`. */
  readonly at?: string;
}

export interface ExpectedFailure {
  readonly class: FailureClass;
  readonly scope?: FailureScope;
  /** Seconds until the stated wake-up; null: none is stated. */
  readonly waitS?: number | null;
  readonly reason?: string;
}

/** Name of the case, status, what decides, what it means. */
export type FailureRow = readonly [string, number, Shape, ExpectedFailure];

export const FAILURE_NOW = '2026-05-05T05:05:05.000Z';

function bodyOf(shape: Shape): string {
  if (typeof shape.body === 'string') return shape.body;
  if (shape.body !== undefined) return JSON.stringify(shape.body);
  const { says, type, code, param } = shape;
  return JSON.stringify({ error: { message: says ?? 'x', type, code, param } });
}

/** The members of the failure that the row expects, in the row's own terms. */
export function readRow(
  definition: ProviderDefinition,
  [, status, shape, expected]: FailureRow,
): ExpectedFailure {
  const nowMs = Date.parse(shape.at ?? FAILURE_NOW);
  const failure = classifyFailure({
    definition,
    status,
    headers: shape.headers ?? {},
    body: bodyOf(shape),
    verdict: shape.verdict,
    auxiliary: shape.auxiliary,
    nowMs,
  });
  const waitS = failure.wakeAtMs === undefined ? null : Math.round((failure.wakeAtMs - nowMs) / 10) / 100;
  return {
    class: failure.class,
    ...(expected.scope !== undefined && { scope: failure.scope }),
    ...(expected.waitS !== undefined && { waitS }),
    ...(expected.reason !== undefined && { reason: failure.reason }),
  };
}
