import type { Json } from '@turnpike/kernel';

/** A member of an answer as text; empty when it is something else. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
