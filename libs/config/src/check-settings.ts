import type { LocatedProblem } from './explain-issues';

/** What a definition says of one of its settings. */
export interface KnownSetting {
  readonly default?: string;
  readonly optional?: boolean;
}

/** Words that definitions make addresses and paths of. */
export const SETTINGS = ['region', 'project', 'location', 'apiVersion'] as const;
export type SettingMember = (typeof SETTINGS)[number];

interface StatedSettings {
  readonly use: string;
  readonly settings: Readonly<Partial<Record<SettingMember, string>>>;
  readonly known: Readonly<Partial<Record<SettingMember, KnownSetting>>>;
}

/** Settings that a definition needs and that are not there; settings that it has no use for. */
export function* checkSettings(
  at: LocatedProblem['at'],
  { use, settings, known }: StatedSettings,
): Generator<LocatedProblem> {
  for (const name of SETTINGS) {
    const rule = known[name];
    const stated = settings[name] !== undefined;
    if (stated && !rule) yield { at: [...at, name], message: `is nothing that ${use} takes` };
    if (!stated && rule && rule.default === undefined && !rule.optional)
      yield { at: [...at, name], message: `is required by ${use}` };
  }
}
