import { globMatches } from '@turnpike/kernel';
import type { Principal } from './principal';

/** Whether the key allows the name that was asked for; a key without a list allows every model. */
export function mayUseModel(principal: Pick<Principal, 'allowedModels'>, name: string): boolean {
  return principal.allowedModels?.some((pattern) => globMatches(pattern, name)) ?? true;
}
