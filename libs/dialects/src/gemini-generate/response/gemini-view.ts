import type { ChatRequest } from '@turnpike/protocol';
import type { AnswerView } from '../../dialect';

/** An answer's view in this dialect. */
export interface GeminiAnswerView extends AnswerView {
  /** False: the client did not ask for thoughts, so it gets their signatures alone. */
  readonly showReasoning?: boolean;
}

/** What `showReasoning` is for a client of this dialect: thoughts are shown to those who ask for them. */
export const showsThoughts = ({ reasoning }: ChatRequest): boolean =>
  reasoning !== undefined && reasoning.effort !== 'none' && reasoning.show !== 'omitted';
