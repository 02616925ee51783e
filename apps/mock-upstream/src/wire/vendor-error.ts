import type { JsonObject } from '@turnpike/kernel';
import type { LimitFamily } from '../script/plan';

/** Wordings that vendors use for one status but mean differently; decides what a router must do next. */
export const ERROR_WORDINGS = ['credit', 'context', 'model', 'capacity', 'filter', 'key'] as const;
export type ErrorWording = (typeof ERROR_WORDINGS)[number];

/** An error before a dialect has written it. */
export interface VendorError {
  readonly status: number;
  readonly message: string;
  readonly param?: string;
  readonly wording?: ErrorWording;
  /** The vendor's own code, where the status does not imply it. */
  readonly code?: string;
  /** The vendor's own type, likewise. */
  readonly type?: string;
  /** Which quota is spent, where the vendor names it. */
  readonly quota?: {
    readonly id: string;
    readonly metric: string;
    readonly limit: number;
    readonly model: string;
  };
  /** How a 429 tells its wait, and the wait. */
  readonly limit?: LimitFamily;
  readonly waitMs?: number;
  /** Machine-readable particulars, where the vendor gives some. */
  readonly details?: JsonObject;
}

/** A complaint about a request: the vendor's 400 unless told otherwise. */
export const complain = (param: string, message: string, status = 400): VendorError => ({
  status,
  param,
  message,
});
