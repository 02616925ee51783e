import { formatUsd, type PicoUsd } from '@turnpike/kernel';
import type { Target } from '@turnpike/provider';
import type { CallContext } from './call-context';
import type { Lane } from './prepare-call';

/** What is known of a call when its head is written. */
export interface HeadFacts {
  readonly alias?: string;
  readonly attempts: number;
  /** Who serves the call, and how. */
  readonly target?: Target;
  readonly lane?: Lane;
  readonly warnings?: readonly string[];
  readonly costPicoUsd?: PicoUsd;
}

/** Header values may hold no control characters and nothing outside latin1: a model name may. */
export const headerSafe = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 512);

/** Headers of every answer, refusals included; flat, lower case. */
export function buildResponseHeaders(
  call: Pick<CallContext, 'id' | 'requestId' | 'dialect'>,
  facts: HeadFacts,
): string[] {
  const out = [
    'x-request-id',
    call.requestId,
    'x-turnpike-call-id',
    call.id,
    'x-turnpike-attempts',
    String(facts.attempts),
  ];
  if (call.dialect.id === 'anthropic-messages') out.push('request-id', call.requestId);
  if (facts.alias !== undefined) out.push('x-turnpike-route', headerSafe(facts.alias));
  const { target, lane } = facts;
  if (target && lane) {
    out.push(
      'x-turnpike-provider',
      target.provider.name,
      'x-turnpike-model',
      headerSafe(target.model),
      'x-turnpike-lane',
      lane,
    );
  }
  if (facts.warnings && facts.warnings.length > 0)
    out.push('x-turnpike-warnings', headerSafe(facts.warnings.join(',')));
  if (facts.costPicoUsd !== undefined) out.push('x-turnpike-cost-usd', formatUsd(facts.costPicoUsd));
  return out;
}

/** A stream's own headers: no cache, no buffering proxy in between. */
export const STREAM_HEADERS: readonly string[] = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];
