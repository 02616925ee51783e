/** A status to keep, as long as it is of the same class: a refusal never becomes a failure, nor the other way round. */
export const statusWithinClass = (own: number, kept: number | undefined): number =>
  kept !== undefined && Math.floor(kept / 100) === Math.floor(own / 100) ? kept : own;
