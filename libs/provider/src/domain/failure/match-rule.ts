import { globMatches } from '@turnpike/kernel';
import type { FailureRule } from '../definition';

export interface RuleSubject {
  readonly status: number;
  /** Lower case. */
  readonly codes: readonly string[];
  /** Advice and URLs already dropped. */
  readonly text: string;
}

const codeFits = (wanted: string, codes: readonly string[]): boolean => {
  const pattern = wanted.toLowerCase();
  return pattern.includes('*') ? codes.some((code) => globMatches(pattern, code)) : codes.includes(pattern);
};

/** Every condition that the row states must hold. */
export function ruleFits(rule: FailureRule, subject: RuleSubject): boolean {
  if (rule.status && !rule.status.includes(subject.status)) return false;
  if (rule.code && !rule.code.some((wanted) => codeFits(wanted, subject.codes))) return false;
  return rule.phrase === undefined || rule.phrase.test(subject.text);
}

/** The first row that fits decides. */
export const findRule = (rules: readonly FailureRule[], subject: RuleSubject): FailureRule | undefined =>
  rules.find((rule) => ruleFits(rule, subject));
