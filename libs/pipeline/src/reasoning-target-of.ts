import { createHash } from 'node:crypto';
import type { ReasoningTarget } from '@turnpike/continuity';
import { acceptsSignature } from '@turnpike/dialects/foreign/accepts-signature';
import type { Target } from '@turnpike/provider';

const accounts = new WeakMap<Target['provider'], string>();

/** The upstream account of a target, in a form that may be shown: the provider's name cannot be told from it. */
export function accountOf({ provider }: Target): string {
  let account = accounts.get(provider);
  if (account === undefined) {
    account = createHash('sha256').update(`account ${provider.name}`).digest('base64url').slice(0, 8);
    accounts.set(provider, account);
  }
  return account;
}

export function reasoningTargetOf(target: Target): ReasoningTarget {
  const { vendor } = target.provider.definition;
  return {
    dialect: target.dialect,
    accepts: (signer) => acceptsSignature(signer, { vendor }),
    account: accountOf(target),
    capabilities: target.capabilities,
  };
}
