/** Where a member stands, in bytes. */
export interface Span {
  /** First byte of the member's name (its quote). */
  readonly nameStart: number;
  readonly start: number;
  readonly end: number;
}
