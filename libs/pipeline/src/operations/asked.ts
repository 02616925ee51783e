import type { GatewayError } from '@turnpike/kernel';
import type { Credential, MediaFetcher, OperationId, Target } from '@turnpike/provider';
import type { Answer } from '../answers/answer';
import type { CallContext } from '../call-context';
import type { AnswerSetting } from '../create-answer';
import type { PreparedCall } from '../prepare-call';

/** Whom one attempt is made at. */
export interface AttemptTarget {
  readonly target: Target;
  readonly credential: Credential;
}

/**
 * What a client asked, whatever the operation. The story of a call is the same for all of them; only how the body is
 * read, sent on and answered differs, and that is here.
 */
export interface Asked {
  readonly operation: OperationId;
  readonly model: string;
  /** Events are asked for, as they come. */
  readonly stream: boolean;
  /** Input tokens, estimated from the length of the body. */
  estimateInput(): number;
  /**
   * What has to be fetched before this target can be asked; undefined where nothing has, which is the rule.
   * @throws GatewayError media_unreachable, at once or later.
   */
  gather?(call: CallContext, at: AttemptTarget, media: MediaFetcher): Promise<unknown> | undefined;
  /**
   * URL, headers and body for one target.
   * @throws GatewayError when the target does not offer the operation, or the request cannot be said in its dialect.
   */
  prepare(call: CallContext, at: AttemptTarget): PreparedCall;
  /** Reads an upstream's answer of status 2xx. `contentType` says what comes. */
  createAnswer(setting: AnswerSetting, contentType: string): Answer;
  /** What turned out to be wrong with the request while it was sent on: no other target can help. */
  readonly fault?: GatewayError | undefined;
  /** The call is over: what was kept of its body may go. */
  release?(): void;
}
