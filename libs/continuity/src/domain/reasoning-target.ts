import type {
  Capabilities,
  ChatRequest,
  Part,
  ReasoningPart,
  Turn,
  UpstreamDialectId,
} from '@turnpike/protocol';

/** Where a request goes, as far as the proofs in its history are concerned. */
export interface ReasoningTarget {
  readonly dialect: UpstreamDialectId;
  /** True: it can verify what this vendor signed. */
  readonly accepts: (vendor: string) => boolean;
  /** The upstream account, where proofs of one are nothing to another. */
  readonly account: string;
  readonly capabilities: Capabilities;
}

/** What a wire wants to see of the reasoning behind earlier calls. */
interface Demand {
  /** The target wants it for this request. */
  readonly isMade: (request: ChatRequest, target: ReasoningTarget) => boolean;
  /** The turn has it. */
  readonly isMet: (turn: Turn, target: ReasoningTarget) => boolean;
  /** Proofs are nothing to another account of the same vendor. */
  readonly accountBound: boolean;
}

const isOwn = (part: Part, { accepts }: ReasoningTarget): boolean =>
  (part.kind === 'reasoning' || part.kind === 'call') &&
  part.signature !== undefined &&
  accepts(part.signature.vendor);

const isSigned = (turn: Turn, target: ReasoningTarget): boolean =>
  turn.parts.some((part) => isOwn(part, target));

/** Encrypted thinking without a signature is Anthropic's. */
const isSealed = (part: Part, { accepts }: ReasoningTarget): boolean =>
  part.kind === 'reasoning' && part.redacted !== undefined && accepts('anthropic');

const hasThinking = (turn: Turn, target: ReasoningTarget): boolean =>
  turn.parts.some((part) => isSealed(part, target) || (part.kind === 'reasoning' && isOwn(part, target)));

const saysReasoning = (part: Part): part is ReasoningPart =>
  part.kind === 'reasoning' && (part.text !== undefined || part.summary !== undefined);

/** Asked for, and the model can. */
const thinks = ({ reasoning }: ChatRequest, { capabilities }: ReasoningTarget): boolean =>
  reasoning !== undefined &&
  reasoning.effort !== 'none' &&
  reasoning.budget !== 0 &&
  capabilities.thinking !== 'none';

/** Wires that are not named here want nothing. */
const DEMANDS: Partial<Record<UpstreamDialectId, Demand>> = {
  'anthropic-messages': { isMade: thinks, isMet: hasThinking, accountBound: false },
  'bedrock-converse': { isMade: thinks, isMet: hasThinking, accountBound: false },
  'gemini-generate': {
    isMade: (_request, { capabilities }) => capabilities.signedCalls !== false,
    isMet: isSigned,
    accountBound: false,
  },
  'openai-responses': {
    isMade: (_request, { capabilities }) =>
      capabilities.thinking !== 'none' && capabilities.reasoningField !== 'none',
    isMet: isSigned,
    accountBound: true,
  },
  'openai-chat': {
    isMade: (_request, { capabilities }) => capabilities.echoReasoning === true,
    isMet: (turn) => turn.parts.some(saysReasoning),
    accountBound: false,
  },
};

/** undefined: nothing is wanted of this request's history. */
export function demandOf(request: ChatRequest, target: ReasoningTarget): Demand | undefined {
  const demand = DEMANDS[target.dialect];
  return demand?.isMade(request, target) ? demand : undefined;
}

export const isCallingTurn = (turn: Turn): boolean =>
  turn.role === 'assistant' && turn.parts.some((part) => part.kind === 'call');
