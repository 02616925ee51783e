import type { LimitBook } from '../limits/limit-book';
import type { TokenBook } from '../operations/tokens/token-book';
import type { KeptResponses } from '../responses/kept-responses';
import type { ScriptBook } from '../script/script-book';
import type { Journal } from './journal';

export interface ProviderState {
  readonly name: string;
  readonly port: () => number;
  /** Credentials that are taken; undefined: any, or none. */
  readonly credentials: readonly string[] | undefined;
  /** Secrets by the access key that signs with them. */
  readonly awsSecrets: Readonly<Record<string, string>>;
  readonly models: readonly string[];
  /** Serve the control endpoint. */
  readonly control: boolean;
  readonly maxBodyBytes: number;
  /** Pause between words when no script orders another. */
  readonly paceMs: number;
  readonly journal: Journal;
  /** Answers that callers may refer back to. */
  readonly kept: KeptResponses;
  readonly tokens: TokenBook;
  readonly googleKeys: Readonly<Record<string, string>>;
  readonly entraSecrets: Readonly<Record<string, string>>;
  readonly book: ScriptBook;
  readonly limits: LimitBook;
}
