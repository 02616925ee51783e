import { isObject, type Json } from '@turnpike/kernel';

/** A member that is there and undefined: it would vanish on the wire, and comparisons of bodies would lie. */
export function hasUndefined(value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (Array.isArray(value)) return value.some(hasUndefined);
  return isObject(value) && Object.values(value).some(hasUndefined);
}
