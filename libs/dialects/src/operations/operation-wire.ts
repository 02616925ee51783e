import type { JsonObject } from '@turnpike/kernel';
import type { Loss, Usage, VendorError } from '@turnpike/protocol';

/** What is counted beside tokens: search units, seconds of audio, pictures. Names are those of the ledger's meters. */
export type UnitMeter = 'search' | 'audio_in' | 'audio_out' | 'image';
export type Units = Readonly<Partial<Record<UnitMeter, number>>>;

/** What an answer says that it cost; undefined: it does not say. */
export interface OperationCost {
  readonly usage?: Usage;
  readonly units?: Units;
}

/** Request bodies of one question, in the order of their answers: more than one where a vendor takes less at once. */
export interface EncodedOperation {
  readonly bodies: readonly JsonObject[];
  readonly losses: readonly Loss[];
}

/** How a vendor spells an operation: requests go up in it, answers come back in it. */
export interface OperationWire<Request, Answer> {
  /** @throws GatewayError unsupported_content for what the vendor has no way of saying. */
  readonly encode: (request: Request, model: string) => EncodedOperation;
  /** From the answers to all bodies of one request, in their order. @throws SyntaxError when they do not answer it. */
  readonly decode: (bodies: readonly JsonObject[], request: Request) => Answer;
  /** Why one of them gives nothing although its status says so, where the vendor has words for it. */
  readonly refusal?: (body: JsonObject) => VendorError | undefined;
}

/** What an answer is told of the call it belongs to. */
export interface OperationView {
  /** Unique per answer. */
  readonly id: string;
  /** The name the client asked for. */
  readonly model: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** Everything beside the answer that a client is told. */
export interface AnswerContext<Request> {
  readonly request: Request;
  readonly cost: OperationCost;
  readonly view: OperationView;
}

/** How clients spell an operation. */
export interface OperationFront<Request, Answer> {
  /** @throws GatewayError invalid_request. */
  readonly decode: (body: JsonObject) => Request;
  readonly encode: (answer: Answer, context: AnswerContext<Request>) => JsonObject;
}
