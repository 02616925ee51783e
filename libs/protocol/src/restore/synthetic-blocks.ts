/** Numbers of blocks that restoration adds: far from any number an upstream's decoder gives out. */
export const SYNTHETIC_BLOCKS = { thinkTag: 1_000_000_000 } as const;
