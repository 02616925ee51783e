import type { Random } from '@turnpike/kernel';
import { MemoryGroupStore } from './adapters/memory-group-store';
import type { ProviderDay } from './domain/group/group-state';
import { TargetGates } from './domain/target-gates';

const DAY_MS = 86_400_000;

/** The day of providers whose own calendar nobody knows. */
export const utcDay = (nowMs: number): ProviderDay => ({
  id: new Date(nowMs).toISOString().slice(0, 10),
  leftMs: DAY_MS - (nowMs % DAY_MS),
});

/** Gates of one process alone, without a provider's calendar. */
export const localGates = (random: Random): TargetGates =>
  new TargetGates({ store: new MemoryGroupStore(), random, dayOf: (_, nowMs) => utcDay(nowMs) });
