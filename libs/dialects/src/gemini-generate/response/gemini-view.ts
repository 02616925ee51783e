import type { AnswerView } from '../../dialect';

/** An answer's view in this dialect. */
export interface GeminiAnswerView extends AnswerView {
  /** False: the client did not ask for thoughts, so it gets their signatures alone. */
  readonly showReasoning?: boolean;
}
