import { GatewayError, isObject, type Json } from '@turnpike/kernel';
import { readMember, type Envelope } from '@turnpike/protocol';
import type { TaskFacts } from '@turnpike/routing';
import { CallBody } from './call-body';
import type { CallContext } from './call-context';
import type { Asked } from './operations/asked';
import { isAgent, isSmallModel } from './side-request';

/** Members beyond this are no settings: they are not parsed for the choice of a route. */
const LARGEST_MEMBER_BYTES = 64 * 1_024;

export type Asking = Pick<CallContext, 'clientHeaders' | 'dialect'>;

/** A header as one text; undefined where it is absent. */
export function headerOf({ clientHeaders }: Pick<Asking, 'clientHeaders'>, name: string): string | undefined {
  const value = clientHeaders[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** One small member, parsed; undefined where it is absent or no setting. */
export function memberOf(envelope: Envelope, name: string): Json | undefined {
  const span = envelope.spans.get(name);
  if (span === undefined || span.end - span.start > LARGEST_MEMBER_BYTES) return undefined;
  return readMember(envelope, name) as Json;
}

/** A list with something in it. */
function isFilled({ spans, bytes }: Envelope, name: string): boolean {
  const span = spans.get(name);
  if (span === undefined || bytes[span.start] !== 0x5b) return false;
  for (let at = span.start + 1; at < span.end - 1; at++) if ((bytes[at] ?? 0) > 0x20) return true;
  return false;
}

/** What the rules of a route may ask, out of the envelope and the headers; nothing is read before it is asked for. */
export class RequestFacts implements TaskFacts {
  private readonly envelope: Envelope | undefined;

  constructor(
    private readonly asked: Asked,
    private readonly asking: Asking,
  ) {
    this.envelope = asked instanceof CallBody ? asked.envelope : undefined;
  }

  get model(): string {
    return this.asked.model;
  }

  get inputTokens(): number {
    return this.asked.estimateInput();
  }

  get images(): boolean {
    return (this.envelope?.images ?? 0) > 0;
  }

  get tools(): boolean {
    const { envelope } = this;
    if (!envelope) return false;
    if (isFilled(envelope, 'tools') || isFilled(envelope, 'functions')) return true;
    const { toolMark } = this.asking.dialect.task;
    return toolMark !== undefined && envelope.bytes.includes(toolMark);
  }

  get thinking(): boolean {
    return this.says('thinks');
  }

  /** An agent's small model; or a request of an agent without tools that opens a conversation or wants JSON. */
  get background(): boolean {
    const { envelope } = this;
    if (isSmallModel(this.model)) return true;
    if (!envelope || !isAgent(this.header('user-agent')) || this.tools) return false;
    return !envelope.hasAssistant || this.says('wantsJson');
  }

  header(name: string): string | undefined {
    return headerOf(this.asking, name.toLowerCase());
  }

  metadata(name: string): string | undefined {
    const metadata = this.envelope && memberOf(this.envelope, 'metadata');
    if (!isObject(metadata) || !Object.hasOwn(metadata, name)) return undefined;
    const value = metadata[name];
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** A member of a wrong type asks for nothing; whoever encodes the request refuses it. */
  private says(what: 'thinks' | 'wantsJson'): boolean {
    const { envelope } = this;
    if (!envelope) return false;
    try {
      return this.asking.dialect.task[what]((name) => memberOf(envelope, name));
    } catch (error) {
      if (error instanceof GatewayError) return false;
      throw error;
    }
  }
}
