/** A sentence when `from` (path from the root, with /) must not import `specifier`; undefined when it may. */
export function findOffence(from: string, specifier: string): string | undefined;
export const root: string;
