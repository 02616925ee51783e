import { z } from 'zod';
import { line } from '../schema/text';

/** Ids of what is only known while it lasts. Whatever is no such id names nothing: 404. */
export const opaqueId = z
  .string()
  .describe('opaque; the same thing has the same id whenever it is there, in every process');

export const byStateId = z.strictObject({ id: z.string().max(100) });

export const providerName = z.string().describe('as the configuration calls it');
export const quotaGroupName = z
  .string()
  .nullable()
  .describe('as the configuration calls it; null: the credential states none and is a group of its own');

/** Filters by the names in front of everything that routing knows. */
export const NAME_FILTERS = {
  provider: line(200).optional(),
  quotaGroup: line(200).optional(),
  credential: line(200).optional(),
} as const;

/** Models are called as clients like. */
export const modelFilter = line(512).optional();
