import type { FailureClass, FailureScope } from '@turnpike/protocol';
import type { ErrorReading } from './error-reading';

export interface ScopeEvidence {
  readonly class: FailureClass;
  readonly reading: ErrorReading;
  /** Whom the provider's rate limits are about by default. */
  readonly rateScope?: FailureScope;
  readonly headers: Readonly<Record<string, string>>;
  /** Every window of the subscription has something left. */
  readonly windowsOpen: boolean;
}

const ABOUT_MODEL =
  /\bspecific to this model\b|\b(?:on|for) this model\b|\band model \S|\bmodel rate limit\b|ByModel|\bpricing tier\b/i;

function rateScope(evidence: ScopeEvidence): FailureScope {
  const { reading, headers } = evidence;
  if (evidence.windowsOpen || ABOUT_MODEL.test(reading.own.text) || headers['x-amzn-errortype'] !== undefined)
    return 'model';
  // Google's quotas are per model and project.
  return evidence.rateScope ?? (reading.own.codes.includes('resource_exhausted') ? 'model' : 'credential');
}

/** Whom a failure is about when no rule said so. */
export function decideScope(evidence: ScopeEvidence): FailureScope {
  switch (evidence.class) {
    case 'rate_minute':
    case 'rate_long':
      return rateScope(evidence);
    case 'credit':
    case 'auth':
      return 'credential';
    case 'server':
      // The edge in front of the whole host answers for every model behind it.
      return evidence.reading.own.sources.some((source) => source.cloudflare_error === true)
        ? 'group'
        : 'model';
    case 'overload':
      return 'model';
    case 'target_gone':
    case 'context_length':
    case 'content_filter':
    case 'caller':
    case 'auxiliary':
      return 'none';
  }
}
