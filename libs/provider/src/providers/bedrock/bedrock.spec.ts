import { readRow, type FailureRow } from '@turnpike/testing/failure-row';
import { fillPaths } from '../../domain/operation-paths';
import { resolveCapabilities } from '../../domain/resolve-capabilities';
import { PROVIDERS } from '../../registry';

const { bedrock } = PROVIDERS;
const CORAL = 'http://internal.amazon.com/coral/com.amazon.bedrock/';
const thrown = (type: string, message: string) => ({
  body: { message },
  headers: { 'x-amzn-errortype': `${type}:${CORAL}` },
});
/** An exception frame of a stream, as the decoder hands it on. */
const framed = (type: string, message: string) => ({
  body: { error: { message, type } },
  verdict: 'error_in_answer' as const,
});

describe('failures of Bedrock', () => {
  it.each<FailureRow>([
    [
      'tokens of a minute',
      429,
      thrown('ThrottlingException', 'Too many tokens, please wait before trying again.'),
      { class: 'rate_minute', scope: 'model', waitS: null },
    ],
    [
      'requests of a minute',
      429,
      thrown('ThrottlingException', 'Too many requests, please wait before trying again.'),
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'tokens of a day',
      429,
      thrown('ThrottlingException', 'Too many tokens per day, please wait before trying again.'),
      { class: 'rate_long', scope: 'model' },
    ],
    [
      'a quota',
      400,
      thrown('ServiceQuotaExceededException', 'Your request exceeds the service quota for your account.'),
      { class: 'rate_long', scope: 'model' },
    ],
    [
      'a model that is not loaded',
      429,
      thrown('ModelNotReadyException', 'The model is not ready for inference.'),
      { class: 'overload', scope: 'model' },
    ],
    [
      'no capacity',
      503,
      thrown('ServiceUnavailableException', 'Bedrock is unable to process your request.'),
      { class: 'overload', scope: 'model' },
    ],
    [
      'too long',
      400,
      thrown('ValidationException', 'Input is too long for requested model.'),
      { class: 'context_length', scope: 'none' },
    ],
    [
      'an odd request',
      400,
      thrown('ValidationException', '1 validation error detected: Value at x failed to satisfy constraint'),
      { class: 'caller', scope: 'none' },
    ],
    [
      'an unknown model',
      400,
      { body: { message: 'The provided model identifier is invalid.' } },
      { class: 'target_gone', scope: 'none' },
    ],
    [
      'a model without throughput',
      400,
      thrown(
        'ValidationException',
        'Invocation of model ID a.b-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
      ),
      { class: 'target_gone' },
    ],
    [
      'a model at its end',
      404,
      thrown('ResourceNotFoundException', 'This model version has reached the end of its life.'),
      { class: 'target_gone', scope: 'none' },
    ],
    [
      'no access to the model',
      403,
      thrown('AccessDeniedException', "You don't have access to the model with the specified model ID."),
      { class: 'auth', scope: 'model' },
    ],
    [
      'a wrong key',
      403,
      thrown('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      { class: 'auth', scope: 'credential' },
    ],
    [
      'a wrong signature',
      403,
      thrown(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided.',
      ),
      { class: 'auth', scope: 'credential' },
    ],
    [
      'a token that is over',
      403,
      thrown('ExpiredTokenException', 'The security token included in the request is expired'),
      { class: 'auth', scope: 'credential' },
    ],
    [
      'a model that took too long',
      408,
      thrown(
        'ModelTimeoutException',
        'Model has timed out in processing the request. Try your request again.',
      ),
      { class: 'server', scope: 'model' },
    ],
    [
      'a model that broke',
      424,
      thrown(
        'ModelErrorException',
        'The system encountered an unexpected error during processing. Try your request again.',
      ),
      { class: 'server', scope: 'model' },
    ],
    [
      'a broken service',
      500,
      thrown('InternalServerException', 'The system encountered an unexpected error during processing.'),
      { class: 'server', scope: 'model' },
    ],
    [
      'a throttled stream',
      200,
      framed('throttlingException', 'Too many requests, please wait before trying again.'),
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'a stream that broke',
      200,
      framed('modelStreamErrorException', 'The model has encountered an unexpected error.'),
      { class: 'server', scope: 'model' },
    ],
    [
      'a stream without capacity',
      200,
      framed('serviceUnavailableException', 'Bedrock is unable to process your request.'),
      { class: 'overload', scope: 'model' },
    ],
    [
      'a stream that failed inside',
      200,
      framed('internalServerException', 'The system encountered an unexpected error.'),
      { class: 'server', scope: 'model' },
    ],
  ])('%s', (...row) => expect(readRow(bedrock, row)).toEqual(row[3]));

  it('says nothing of the route when tokens are counted', () => {
    const body = { message: "The provided model doesn't support counting tokens." };
    const row: FailureRow = [
      'counting',
      400,
      { body, auxiliary: true },
      { class: 'auxiliary', scope: 'none' },
    ];
    expect(readRow(bedrock, row)).toEqual(row[3]);
  });
});

describe('models of Bedrock', () => {
  it.each<[string, object]>([
    [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      {
        requestFields: 'anthropic',
        thinking: 'budget',
        prefill: true,
        longCache: undefined,
        efforts: [],
        structuredOutput: 'schema',
      },
    ],
    [
      'anthropic.claude-3-5-sonnet-20240620-v1:0',
      {
        requestFields: 'anthropic',
        thinking: 'none',
        longCache: false,
        structuredOutput: 'none',
        maxOutputTokens: 8_192,
      },
    ],
    [
      'eu.anthropic.claude-sonnet-4-20250514-v1:0',
      { thinking: 'budget', longCache: false, structuredOutput: 'none' },
    ],
    [
      'us.anthropic.claude-opus-4-1-20250805-v1:0',
      { thinking: 'budget', longCache: false, structuredOutput: 'none', maxOutputTokens: 32_000 },
    ],
    ['global.anthropic.claude-opus-4-5-20251101-v1:0', { thinking: 'budget', efforts: [] }],
    [
      'global.anthropic.claude-opus-4-6-v1',
      { thinking: 'adaptive', efforts: ['low', 'medium', 'high', 'max'], prefill: false, noSampling: false },
    ],
    ['us.anthropic.claude-sonnet-9-v1', { thinking: 'adaptive', noSampling: true, cacheMarks: true }],
    [
      'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0',
      { requestFields: 'anthropic' },
    ],
    ['us.amazon.nova-pro-v1:0', { requestFields: 'nova', thinking: 'none', latencyTier: true }],
    ['us.amazon.nova-2-lite-v1:0', { requestFields: 'nova', thinking: 'effort' }],
    ['openai.gpt-oss-120b-1:0', { requestFields: 'openai', thinking: 'effort', images: false }],
    [
      'us.meta.llama3-3-70b-instruct-v1:0',
      { toolChoice: false, requestFields: undefined, cacheMarks: false },
    ],
    ['some.new-model-v1:0', { thinking: 'none', structuredOutput: 'none', cacheMarks: false }],
  ])('%s', (model, facts) => {
    const { requestFields, thinking, ...rest } = resolveCapabilities(bedrock, model);
    const all: Record<string, unknown> = { requestFields, thinking, ...rest };
    for (const [name, value] of Object.entries(facts)) expect([name, all[name]]).toEqual([name, value]);
  });

  it('stand whole in one segment of the address', () => {
    const model = 'arn:aws:bedrock:us-east-1:1:inference-profile/us.x-v1:0';
    const question = { dialect: bedrock.dialect, model, basePath: '', settings: { region: 'us-east-1' } };
    const at = '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x-v1%3A0';
    expect(fillPaths(bedrock, question).generate).toEqual({
      whole: `${at}/converse`,
      stream: `${at}/converse-stream`,
    });
  });
});
