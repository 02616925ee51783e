import type { Pool } from 'pg';
import type { Ledger } from '@turnpike/billing';
import type { CallMemory } from '@turnpike/continuity';
import type { KeyChanges } from '@turnpike/identity';
import type { CallObserver, GatewaySnapshot } from '@turnpike/pipeline';
import type { SessionPlaces, TargetGates } from '@turnpike/routing';
import type { CountAnswer } from './http/route-class';

/** What a process gives the data plane; who made a thing also ends it. */
export interface GatewayOptions {
  readonly pool: Pool;
  /** Key digests are taken under it. */
  readonly pepper: string;
  /** Catalog, prices and limits in force; asked once per call. */
  readonly snapshot: () => GatewaySnapshot;
  readonly ledger: Ledger;
  /** What calls leave behind for later ones of the same owner. */
  readonly memory: CallMemory;
  /** In front of every target. */
  readonly gates: TargetGates;
  /** Where conversations are served. */
  readonly sessions: SessionPlaces;
  readonly observer: CallObserver;
  readonly countAnswer?: CountAnswer;
  readonly log: GatewayLog;
  readonly host: string;
  readonly port: number;
  /** Key changes of a control plane in the same process; without one the 15 s cache decides. */
  readonly changes?: KeyChanges;
}

/** Where the data plane tells what broke. A pino logger fits as it is. */
export interface GatewayLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Injection token of the options. */
export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
