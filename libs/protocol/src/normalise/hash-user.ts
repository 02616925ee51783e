import { createHash } from 'node:crypto';

/** An end user's id as another vendor may see it: the same user stays recognisable, the id stays with us. 64 hex digits. */
export const hashUser = (user: string): string => createHash('sha256').update(user).digest('hex');
