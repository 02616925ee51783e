import { globMatches } from '@turnpike/kernel';

/** What rules may ask of a request. Each is worked out when a rule asks for it, and not before. */
export interface TaskFacts {
  /** The asked name. */
  readonly model: string;
  /** Estimated from the length of the request. */
  readonly inputTokens: number;
  readonly images: boolean;
  readonly tools: boolean;
  readonly thinking: boolean;
  /** A side request of a coding agent. */
  readonly background: boolean;
  /** However the name is spelled. */
  header(name: string): string | undefined;
  /** Values that are no text are compared as they are written. */
  metadata(name: string): string | undefined;
}

/** Conditions on a request; absent ones ask for nothing. */
export interface TaskConditions {
  readonly inputTokensOver?: number;
  readonly images?: boolean;
  readonly tools?: boolean;
  readonly thinking?: boolean;
  readonly background?: boolean;
  /** Glob over the asked name. */
  readonly model?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface TaskRule {
  readonly when: TaskConditions;
  /** Alias that serves what the rule is for. */
  readonly use: string;
}

const FLAGS = ['images', 'tools', 'thinking', 'background'] as const;

const allEqual = (
  wanted: Readonly<Record<string, string>> | undefined,
  valueOf: (name: string) => string | undefined,
): boolean =>
  wanted === undefined || Object.entries(wanted).every(([name, value]) => valueOf(name) === value);

/** What is cheap to know is asked first. */
const holds = (when: TaskConditions, facts: TaskFacts): boolean =>
  (when.model === undefined || globMatches(when.model, facts.model)) &&
  allEqual(when.header, (name) => facts.header(name)) &&
  (when.inputTokensOver === undefined || facts.inputTokens > when.inputTokensOver) &&
  FLAGS.every((flag) => when[flag] === undefined || facts[flag] === when[flag]) &&
  allEqual(when.metadata, (name) => facts.metadata(name));

/** The alias that the first rule that holds names; undefined: none holds. All conditions of a rule must. */
export const chooseByRules = (rules: readonly TaskRule[], facts: TaskFacts): string | undefined =>
  rules.find(({ when }) => holds(when, facts))?.use;
