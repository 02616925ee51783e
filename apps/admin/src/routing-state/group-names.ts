/** What stands in front of the name of a stated quota group. */
const GROUP_PREFIX = 'group:';

/** What a quota group is called in the configuration. */
export interface GroupNames {
  readonly provider: string;
  /** null: the group is one credential that states none. */
  readonly quotaGroup: string | null;
  /** The one credential of the group; null: it may have several. */
  readonly credential: string | null;
}

/** The first slash ends the provider's name. */
function split(id: string): readonly [string, string] {
  const slash = id.indexOf('/');
  return [id.slice(0, Math.max(0, slash)), id.slice(slash + 1)];
}

/** Names out of the id that routing has for a group: `provider/credential` or `provider/group:name`. */
export function readGroupNames(group: string): GroupNames {
  const [provider, own] = split(group);
  return own.startsWith(GROUP_PREFIX)
    ? { provider, quotaGroup: own.slice(GROUP_PREFIX.length), credential: null }
    : { provider, quotaGroup: null, credential: own };
}

/** The name out of `provider/credential`. */
export const credentialName = (credentialId: string): string => split(credentialId)[1];
