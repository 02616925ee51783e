import { GatewayError } from '@turnpike/kernel';
import type { Capabilities, ChatRequest, LossLog, NameBook, ReasoningPart, Tool } from '@turnpike/protocol';
import type { EncodeTarget } from '../../dialect';
import { acceptsSignature } from '../../foreign/accepts-signature';

/** What every step of one encoding needs. */
export interface ResponsesEncoding {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  /** The client speaks this dialect too: what only it knows is forwarded. */
  readonly sameDialect: boolean;
  /** Free-text tools exist upstream. */
  readonly customTools: boolean;
  readonly names: NameBook;
  readonly losses: LossLog;
}

/** A tool of a namespace keeps its bare name where namespaces exist. */
export const wireName = (
  tool: Pick<Tool, 'name' | 'namespace'>,
  { names, sameDialect }: ResponsesEncoding,
): string => names.wireName(sameDialect ? { name: tool.name } : tool);

export function unsupported(message: string, param?: string): never {
  throw new GatewayError('unsupported_content', message, param === undefined ? {} : { param });
}

/** The value that this target can decrypt; undefined for foreign and unsigned reasoning. */
export function encryptedContent(part: ReasoningPart, { target }: ResponsesEncoding): string | undefined {
  const { signature } = part;
  if (!signature || signature.value === '') return undefined;
  return acceptsSignature(signature.vendor, target) ? signature.value : undefined;
}

export const thinks = ({ capabilities }: ResponsesEncoding): boolean =>
  capabilities.thinking !== 'none' && capabilities.reasoningField !== 'none';
