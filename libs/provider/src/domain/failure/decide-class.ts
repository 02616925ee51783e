import type { FailureClass, FailureScope } from '@turnpike/protocol';
import type { ProviderDefinition } from '../definition';
import { SHARED_RULES } from './shared-rules';
import { dropAdvice } from './drop-advice';
import type { ErrorReading, ErrorVoice } from './error-reading';
import { findRule, type RuleSubject } from './match-rule';
import { classOfStatus, ruleStatus } from './status-words';

export interface Decision {
  readonly class: FailureClass;
  readonly scope?: FailureScope;
  readonly reason?: string;
  readonly midnight?: string;
}

export interface DecisionInput {
  readonly definition: ProviderDefinition;
  /** HTTP status, or the one that a 200 hides; 200 when it hides none. */
  readonly status: number;
  readonly reading: ErrorReading;
  /** A Retry-After header makes a 402 a matter of seconds. */
  readonly retryAfterStated: boolean;
}

const subjectOf = (voice: ErrorVoice, status: number): RuleSubject => ({
  status: ruleStatus(status),
  codes: voice.codes,
  text: dropAdvice(voice.text),
});

const REQUESTED_OF_LIMIT = /\blimit:? {0,2}~?(\d[\d,]{0,14})\b.{0,60}?\brequested:? {0,2}~?(\d[\d,]{0,14})/i;
const OVERSIZED_STATUSES = new Set([429, 400, 413]);

/** One request that is larger than the whole limit never passes, whatever wait is stated. */
function isOversized(text: string, status: number): boolean {
  const [, limit, requested] = REQUESTED_OF_LIMIT.exec(text) ?? [];
  if (limit === undefined || requested === undefined || !OVERSIZED_STATUSES.has(status)) return false;
  const digits = (value: string): number => Number(value.replaceAll(',', ''));
  return digits(limit) > 0 && digits(requested) > digits(limit);
}

/** What somebody behind the provider says never means our credit or our key. */
function weaken(decision: Decision): Decision {
  if (decision.class === 'credit') return { class: 'overload', scope: 'model' };
  if (decision.class === 'auth') return { class: 'server', scope: 'model' };
  if (decision.class === 'rate_minute' || decision.class === 'rate_long')
    return { ...decision, scope: 'model' };
  return decision;
}

function decideOwn(input: DecisionInput, subject: RuleSubject): Decision | undefined {
  const own = findRule(input.definition.failures ?? [], subject);
  if (own) return own;
  if (subject.status === 402 && input.retryAfterStated) return { class: 'rate_minute' };
  if (isOversized(subject.text, subject.status)) return { class: 'context_length' };
  return findRule(SHARED_RULES, subject);
}

function decideQuoted(quoted: ErrorVoice, status: number): Decision | undefined {
  const subject = subjectOf(quoted, quoted.status ?? status);
  const rule = findRule(SHARED_RULES, subject);
  if (rule) return weaken(rule);
  if (quoted.status === undefined) return undefined;
  const decision = weaken({ class: classOfStatus(quoted.status) });
  return ['rate_minute', 'overload', 'server'].includes(decision.class)
    ? { ...decision, scope: 'model' }
    : undefined;
}

/** The provider's own table, then what its status and words say, then what it quotes, then the bare status. */
export function decideClass(input: DecisionInput): Decision {
  const { reading, status } = input;
  const own = decideOwn(input, subjectOf(reading.own, status));
  if (own) return reading.relayed ? weaken(own) : own;
  const quoted = reading.quoted && decideQuoted(reading.quoted, status);
  if (quoted) return quoted;
  const bare: Decision = { class: classOfStatus(status) };
  return reading.relayed ? weaken(bare) : bare;
}
