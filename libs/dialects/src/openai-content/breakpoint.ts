import type { JsonObject } from '@turnpike/kernel';
import { readCacheMark, type CacheMark } from '@turnpike/protocol';

/** Member of a part behind which the newest models keep the prompt. */
export const BREAKPOINT = 'prompt_cache_breakpoint';

/** The mark of a part: as other vendors' clients write it, or as this vendor's do. */
export const readMark = (part: JsonObject): CacheMark | undefined =>
  readCacheMark(part.cache_control) ?? (part[BREAKPOINT] ? {} : undefined);
