import { PartScanner, readBoundary, writeMultipartType } from '@turnpike/dialects';
import { GatewayError } from '@turnpike/kernel';
import type { Edit } from '@turnpike/protocol';
import { modelOnWire, type Target } from '@turnpike/provider';
import type { Answer } from '../../answers/answer';
import type { CallContext } from '../../call-context';
import { buildUpstreamHeaders } from '../../client-headers';
import type { AnswerSetting } from '../../create-answer';
import { pathOf } from '../../endpoints';
import type { PreparedCall } from '../../prepare-call';
import type { Asked, AttemptTarget } from '../asked';
import { forwardAnswer } from '../forward-answer';
import { speaksOpenAi } from '../forwarded-operation';
import { notOffered } from '../not-offered';
import { Upload, type UploadOptions, type UploadSource } from './upload';

export type MultipartOperationId = 'image-edits' | 'image-variations' | 'transcriptions' | 'translations';

export interface MultipartRequest {
  readonly operation: MultipartOperationId;
  readonly source: UploadSource;
  readonly contentType: string | undefined;
  readonly options: UploadOptions;
}

const WANTED: ReadonlySet<string> = new Set(['model', 'stream']);

/**
 * A body with a file in it. It is sent on as soon as the model is known, byte by byte as it comes, and only the name of
 * the model changes on the way.
 */
export class MultipartOperation implements Asked {
  readonly model: string;
  /** Said in a part that may come last: what the client gets is decided by what the provider answers. */
  readonly stream = false;

  /** @throws GatewayError for what is wrong with the body, as far as it had to be read. */
  static async read(request: MultipartRequest): Promise<MultipartOperation> {
    const { operation, source, contentType, options } = request;
    let upload: Upload | undefined;
    try {
      const boundary = readBoundary(contentType);
      const scanner = new PartScanner(boundary, WANTED);
      upload = new Upload(source, scanner, options);
      await upload.readUntil(() => scanner.fields.has('model'));
      return new MultipartOperation(operation, boundary, scanner, upload);
    } catch (error) {
      if (upload) upload.close();
      else source.release();
      throw error;
    }
  }

  private constructor(
    readonly operation: MultipartOperationId,
    private readonly boundary: string,
    private readonly scanner: PartScanner,
    private readonly upload: Upload,
  ) {
    const model = scanner.fields.get('model')?.value;
    if (model === undefined || model === '') throw withoutModel(model, upload.isKept);
    this.model = model;
  }

  get fault(): GatewayError | undefined {
    return this.upload.fault;
  }

  /** Nobody knows how much text a file becomes. */
  estimateInput(): number {
    return 0;
  }

  prepare(call: CallContext, { target }: AttemptTarget): PreparedCall {
    const { operation, upload } = this;
    if (!speaksOpenAi(target)) throw notOffered(target, operation);
    const path = pathOf(target, operation);
    if (!upload.isKept)
      throw new GatewayError(
        'request_not_kept',
        'The file has been sent to another target and is gone (gateway).',
      );
    const edits = this.rename(target);
    const headers = buildUpstreamHeaders(target, call.clientHeaders, {
      sameDialect: true,
      stream: false,
      contentType: writeMultipartType(this.boundary),
      accept: '*/*',
    });
    if (upload.length !== undefined) headers.push('content-length', String(upload.length + growth(edits)));
    return {
      lane: 'passthrough',
      path,
      headers,
      body: upload.open(edits),
      losses: [],
      restoration: {},
      hideUsage: false,
    };
  }

  createAnswer(_setting: AnswerSetting, contentType: string): Answer {
    return forwardAnswer({ operation: this.operation }, contentType);
  }

  release(): void {
    this.upload.close();
  }

  private rename(target: Target): readonly Edit[] {
    const field = this.scanner.fields.get('model');
    const name = modelOnWire(target);
    return field === undefined || name === field.value
      ? []
      : [{ start: field.start, end: field.end, bytes: Buffer.from(name) }];
  }
}

const growth = (edits: readonly Edit[]): number =>
  edits.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), 0);

function withoutModel(model: string | undefined, kept: boolean): GatewayError {
  const problem =
    model === ''
      ? 'The part "model" is empty.'
      : kept
        ? 'The part "model" is missing.'
        : 'The part "model" stands behind a large file, for which there is no room here. Send it first.';
  return new GatewayError('invalid_request', `${problem} Name one of the models that GET /v1/models lists.`, {
    param: 'model',
  });
}
