import type { Quirks, Target } from '@turnpike/provider';
import type { RefusedMember } from './read-refused-member';

/** Names of models come from clients where a provider may be asked directly: so many of one provider are remembered. */
const MOST_MODELS = 500;

/** By provider as it is configured: a new configuration learns anew. */
const learned = new WeakMap<Target['provider'], Map<string, Quirks>>();

/** What refusals have shown that this model does not take; undefined: nothing so far. */
export const learnedQuirks = ({ provider, model }: Target): Quirks | undefined =>
  learned.get(provider)?.get(model);

/** Remembers it until the provider is configured anew. */
export function learnMember({ provider, model }: Target, { member, instead }: RefusedMember): void {
  const models = learned.get(provider) ?? new Map<string, Quirks>();
  learned.set(provider, models);
  const { removeMembers = [], renamedMembers = {} } = models.get(model) ?? {};
  // Whoever refuses both names of one thing takes neither.
  const takesNeither = instead === undefined || renamedMembers[instead] === member;
  const names = takesNeither ? [member, ...(instead === undefined ? [] : [instead])] : [];
  models.delete(model);
  models.set(model, {
    removeMembers: [...new Set([...removeMembers, ...names])],
    renamedMembers: takesNeither
      ? withoutName(renamedMembers, instead)
      : { ...renamedMembers, [member]: instead },
  });
  if (models.size > MOST_MODELS) models.delete(models.keys().next().value ?? model);
}

const withoutName = (
  names: Readonly<Record<string, string>>,
  name: string | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).filter(([own]) => own !== name));
