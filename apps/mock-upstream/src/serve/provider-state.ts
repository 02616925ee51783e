import type { ScriptBook } from '../script/script-book';
import type { Journal } from './journal';

export interface ProviderState {
  readonly name: string;
  readonly port: () => number;
  /** Credentials that are taken; undefined: any, or none. */
  readonly credentials: readonly string[] | undefined;
  readonly models: readonly string[];
  /** Serve the control endpoint. */
  readonly control: boolean;
  readonly maxBodyBytes: number;
  /** Pause between words when no script orders another. */
  readonly paceMs: number;
  readonly journal: Journal;
  readonly book: ScriptBook;
}
