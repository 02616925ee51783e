import { GatewayError } from '@turnpike/kernel';
import { readPartHead } from './read-part-head';

const MOST_HEAD_BYTES = 16 * 1024;
const MOST_VALUE_BYTES = 4 * 1024;
const MOST_PARTS = 1_000;
const CRLF = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/** One field that was asked for: its value, and where in the body it stands. */
export interface ScannedField {
  readonly value: string;
  /** Offsets from the first byte of the body. */
  readonly start: number;
  readonly end: number;
}

type State = 'begin' | 'delimiter' | 'head' | 'value' | 'skip' | 'end';

function malformed(problem: string): never {
  throw new GatewayError('invalid_request', `The multipart body is malformed: ${problem}.`);
}

/**
 * Reads a multipart body as it comes by and keeps nothing but a few small fields. Whatever a reader behind us could
 * take for a border of parts is one here, or the body is refused: otherwise a second model could hide in a file.
 */
export class PartScanner {
  readonly fields = new Map<string, ScannedField>();
  private readonly dash: Buffer;
  private state: State = 'begin';
  /** Bytes that are not understood yet; their first stands at `base`. */
  private rest: Buffer = NOTHING;
  private base = 0;
  /** Where the value of the part begins, behind the empty line. */
  private valueAt = 0;
  private parts = 0;
  private name = '';

  constructor(
    boundary: string,
    private readonly wanted: ReadonlySet<string>,
  ) {
    this.dash = Buffer.from(`--${boundary}`, 'latin1');
  }

  /** The closing border has come. */
  get complete(): boolean {
    return this.state === 'end';
  }

  /** @throws GatewayError invalid_request. */
  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (this.step());
  }

  /** @throws GatewayError invalid_request: the body ended before its closing border. */
  end(): void {
    if (!this.complete) malformed('it ends before its closing border');
  }

  /** True: something was understood, and the next thing may be. */
  private step(): boolean {
    switch (this.state) {
      case 'begin':
        return this.readBegin();
      case 'delimiter':
        return this.readDelimiter();
      case 'head':
        return this.readHead();
      case 'value':
        return this.readValue();
      case 'skip':
        return this.skip();
      case 'end':
        return this.readEpilogue();
    }
  }

  private advance(bytes: number): void {
    this.rest = this.rest.subarray(bytes);
    this.base += bytes;
  }

  private readBegin(): boolean {
    const { dash } = this;
    if (this.rest.length < dash.length) return false;
    if (this.base === 0 && this.rest.subarray(0, 2).equals(CRLF)) {
      this.advance(2);
      return true;
    }
    if (!this.rest.subarray(0, dash.length).equals(dash)) malformed('it does not begin with its boundary');
    this.advance(dash.length);
    this.state = 'delimiter';
    return true;
  }

  /** Behind a boundary: the end of its line, or two dashes behind the last part. */
  private readDelimiter(): boolean {
    if (this.rest.length < 2) return false;
    const isLast = this.rest[0] === 0x2d && this.rest[1] === 0x2d;
    if (!isLast && !this.rest.subarray(0, 2).equals(CRLF)) malformed('a boundary is not alone on its line');
    this.advance(2);
    this.state = isLast ? 'end' : 'head';
    if (!isLast && ++this.parts > MOST_PARTS) malformed(`it has more than ${MOST_PARTS} parts`);
    return true;
  }

  private readHead(): boolean {
    const end = this.rest.indexOf(HEAD_END);
    if (end < 0) {
      if (this.rest.length > MOST_HEAD_BYTES) malformed('the head of a part is too long');
      return false;
    }
    const head = readPartHead(this.rest.toString('utf8', 0, Math.min(end, MOST_HEAD_BYTES)));
    if (end > MOST_HEAD_BYTES || this.rest.subarray(0, end).includes(this.dash))
      malformed('the head of a part is too long, or holds the boundary');
    this.name = head.name;
    const wanted = this.wanted.has(head.name);
    if (wanted && this.fields.has(head.name)) malformed(`the part "${head.name}" stands twice`);
    if (wanted && (head.isFile || head.isEncoded)) malformed(`the part "${head.name}" must be plain text`);
    // The second line end stays: the border of an empty part is looked for behind it.
    this.advance(end + 2);
    this.valueAt = this.base + 2;
    this.state = wanted ? 'value' : 'skip';
    return true;
  }

  /** Position of the line end before the next boundary, or -1. */
  private findBorder(): number {
    const at = this.rest.indexOf(this.dash);
    if (at < 0) return -1;
    const isBorder = this.rest[at - 2] === 0x0d && this.rest[at - 1] === 0x0a;
    if (!isBorder || this.base + at - 2 < this.valueAt) malformed('the boundary stands within a part');
    return at - 2;
  }

  private readValue(): boolean {
    const border = this.findBorder();
    if (border < 0) {
      if (this.rest.length > MOST_VALUE_BYTES + this.dash.length)
        malformed(`the part "${this.name}" is too long`);
      return false;
    }
    const from = this.valueAt - this.base;
    if (border - from > MOST_VALUE_BYTES) malformed(`the part "${this.name}" is too long`);
    const start = this.base + from;
    const value = this.rest.toString('utf8', from, border);
    this.fields.set(this.name, { value, start, end: this.base + border });
    return this.pass(border);
  }

  private skip(): boolean {
    const border = this.findBorder();
    if (border >= 0) return this.pass(border);
    // A border may have begun in what is left.
    const known = this.rest.length - this.dash.length - 1;
    if (known > 0) this.advance(known);
    return false;
  }

  private pass(border: number): boolean {
    this.advance(border + 2 + this.dash.length);
    this.state = 'delimiter';
    return true;
  }

  private readEpilogue(): boolean {
    if (this.rest.some((byte) => byte !== 0x0d && byte !== 0x0a))
      malformed('something follows its closing border');
    this.advance(this.rest.length);
    return false;
  }
}
