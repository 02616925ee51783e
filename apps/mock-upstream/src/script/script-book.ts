import { globMatches, isObject } from '@turnpike/kernel';
import type { Fault, Plan } from './plan';
import { readPlan, ScriptError } from './read-plan';

/** What a rule looks at. All that is given must fit; `model`, `path` and `credential` are globs. */
export interface RuleMatch {
  readonly model?: string;
  readonly credential?: string;
  readonly path?: string;
  readonly dialect?: string;
  readonly prompt?: string;
  /** Which of the requests that fit otherwise: the first is 1. */
  readonly nth?: readonly number[];
}

export interface ScriptRule {
  readonly match?: RuleMatch;
  readonly plan: Plan;
}

/** A request as far as rules and faults look at it. */
export interface RuleSubject {
  readonly model: string;
  readonly credential: string;
  readonly path: string;
  readonly dialect: string;
  readonly prompt: string;
}

const GLOBS = ['model', 'credential', 'path', 'dialect'] as const;

function readMatch(value: unknown, at: string): RuleMatch {
  if (value === undefined) return {};
  if (!isObject(value)) throw new ScriptError(`${at}.match: expected an object`);
  const { nth, ...texts } = value;
  for (const [key, text] of Object.entries(texts))
    if (![...GLOBS, 'prompt'].includes(key) || typeof text !== 'string')
      throw new ScriptError(`${at}.match.${key}: unknown or no text`);
  const positions = nth === undefined ? undefined : (Array.isArray(nth) ? nth : [nth]).map(Number);
  if (positions?.some((n) => !Number.isInteger(n) || n < 1))
    throw new ScriptError(`${at}.match.nth: expected whole numbers from 1`);
  return { ...(texts as RuleMatch), nth: positions };
}

/** Reads a list of rules as a file or the control endpoint gives it. @throws ScriptError */
export function readRules(value: unknown): ScriptRule[] {
  if (!Array.isArray(value)) throw new ScriptError('expected a list of rules');
  return value.map((rule: unknown, i) => {
    if (!isObject(rule) || !isObject(rule.plan))
      throw new ScriptError(`rules.${i}: expected an object with match and plan`);
    const extra = Object.keys(rule).find((key) => key !== 'match' && key !== 'plan');
    if (extra) throw new ScriptError(`rules.${i}.${extra}: unknown; known are match plan`);
    return { match: readMatch(rule.match, `rules.${i}`), plan: readPlan(rule.plan) };
  });
}

const fits = (match: RuleMatch, subject: RuleSubject): boolean =>
  GLOBS.every((key) => match[key] === undefined || globMatches(String(match[key]), subject[key])) &&
  (match.prompt === undefined || subject.prompt.includes(match.prompt));

/** The rules in force and how often each has fitted, and how often each fault has struck. */
export class ScriptBook {
  #rules: readonly ScriptRule[] = [];
  #fitted = new Map<ScriptRule, number>();
  readonly #struck = new Map<string, number>();

  /** Replaces all rules and their counts. */
  setRules(rules: readonly ScriptRule[]): void {
    this.#rules = rules;
    this.#fitted = new Map();
  }

  /** The plan of the first rule that fits; counts towards `nth`. */
  planFor(subject: RuleSubject): Plan | undefined {
    for (const rule of this.#rules) {
      if (!fits(rule.match ?? {}, subject)) continue;
      const count = (this.#fitted.get(rule) ?? 0) + 1;
      this.#fitted.set(rule, count);
      if (!rule.match?.nth || rule.match.nth.includes(count)) return rule.plan;
    }
    return undefined;
  }

  /** The plan's fault if it hits this request; counts towards `times`. `places` are instance, port and credential. */
  strike(plan: Plan | undefined, places: readonly string[]): Fault | undefined {
    const { fault } = plan ?? {};
    if (!plan || !fault) return undefined;
    if (plan.on && !plan.on.some((place) => places.includes(place))) return undefined;
    if (plan.times === undefined) return fault;
    const key = JSON.stringify([plan.id, fault, plan.on, plan.text]);
    const count = this.#struck.get(key) ?? 0;
    if (count >= plan.times) return undefined;
    this.#struck.set(key, count + 1);
    return fault;
  }
}
