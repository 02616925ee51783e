/** One value under a name that tells nothing. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Where sealed values lie. Nothing throws: what the store cannot do now, it says. */
export abstract class ByteStore {
  /** All in one round trip; a name that is there already gets the new value. False: not all of them are kept. */
  abstract setMany(values: readonly NamedBytes[], ttlMs: number): Promise<boolean>;
  /**
   * All in one round trip, in the order of the names; undefined where there is nothing (any more). As a whole undefined:
   * the store does not answer within `limitMs`.
   */
  abstract getMany(
    names: readonly string[],
    limitMs: number,
  ): Promise<readonly (Buffer | undefined)[] | undefined>;
  /** True: at least one of them was there. undefined: the store does not answer. */
  abstract remove(names: readonly string[]): Promise<boolean | undefined>;
  /** What was begun is finished, within a moment. */
  abstract close(): Promise<void>;
}
