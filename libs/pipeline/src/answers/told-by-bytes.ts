import type { EndReason } from '@turnpike/protocol';
import type { Answer, Progress } from './answer';
import { NOTHING_YET } from './answer';
import type { Remains } from './remains';

/** A byte order mark and blanks stand before either. */
const LEADING = /^[\uFEFF\s]+/;
const FIELD = /^(?:data|event|id|retry)?:/;
/** The longest name of a field, with its colon. */
const ENOUGH = 6;
/** Blanks that some servers send while they work. */
const MOST_LEADING = 4096;

/** Events or JSON by how a body begins; undefined: neither, or not to be told yet. */
export function tellForm(head: Buffer): 'events' | 'json' | undefined {
  const text = head.toString('utf8', 0, MOST_LEADING).replace(LEADING, '');
  if (/^[[{]/.test(text)) return 'json';
  return FIELD.test(text) ? 'events' : undefined;
}

const isTold = (head: Buffer): boolean =>
  tellForm(head) !== undefined ||
  head.length >= MOST_LEADING ||
  head.toString('utf8').replace(LEADING, '').length >= ENOUGH;

/**
 * An answer under a content type that does not say what it is, or that others have been seen to send the other form
 * under: its first bytes decide. `asked`: a stream was asked for, which decides where they do not.
 */
export class ToldByBytes implements Answer {
  private inner: Answer | undefined;
  private head: Buffer = Buffer.alloc(0);

  constructor(
    private readonly asked: boolean,
    private readonly create: (streamed: boolean) => Answer,
  ) {}

  get progress(): Progress {
    return this.inner?.progress ?? NOTHING_YET;
  }

  get live(): boolean {
    return this.inner?.live ?? this.asked;
  }

  get contentType(): string | undefined {
    return this.inner?.contentType;
  }

  get remains(): Remains | undefined {
    return this.inner?.remains;
  }

  push(chunk: Buffer): void {
    if (this.inner) return this.inner.push(chunk);
    this.head = Buffer.concat([this.head, chunk]);
    if (isTold(this.head)) this.decide().push(this.head);
  }

  end(reason: EndReason): void {
    if (this.inner) return this.inner.end(reason);
    const inner = this.decide();
    inner.push(this.head);
    inner.end(reason);
  }

  take(): Buffer | string | undefined {
    return this.inner?.take();
  }

  private decide(): Answer {
    const form = tellForm(this.head);
    return (this.inner = this.create(form === undefined ? this.asked : form === 'events'));
  }
}
