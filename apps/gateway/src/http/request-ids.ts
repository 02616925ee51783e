import { holdsKey } from '@turnpike/identity';
import { uuidv7 } from '@turnpike/kernel';

const ACCEPTABLE = /^[\w.-]{1,128}$/;

/** Ids of one received request: our own, and the client's where it is harmless. */
export function mintIds(inbound: string | string[] | undefined): {
  readonly id: string;
  readonly requestId: string;
} {
  const id = uuidv7();
  const harmless = typeof inbound === 'string' && ACCEPTABLE.test(inbound) && !holdsKey(inbound);
  return { id, requestId: harmless ? inbound : id };
}
