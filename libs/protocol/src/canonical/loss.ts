/**
 * One thing the target could not carry, as it stands in `x-turnpike-warnings`: `dropped:top_k`,
 * `clamped:temperature`, `renamed_tools:2`. Never a value of the client's.
 */
export type Loss = string;
