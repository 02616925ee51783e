import { createHash } from 'node:crypto';

const LENGTH = 22;

/** 128 bits of a digest: names of models can be far longer than a path may hold, and ids are there to be pasted. */
export const stateId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, LENGTH);
