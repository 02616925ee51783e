/** What one call takes of its group. Tokens are estimates until it is settled. */
export interface Demand {
  readonly inputTokens: number;
  readonly outputTokens: number;
}
