import { readRow, type FailureRow, type Shape } from '@turnpike/testing/failure-row';
import { PROVIDERS, type ProviderId } from '../registry';

const azure = (code: string, message: string): Shape => ({ body: { error: { code, message } } });
const google = (code: number, status: string, message: string): Shape => ({
  body: { error: { code, status, message } },
});
const aws = (type: string, message: string): Shape => ({
  body: { message },
  headers: { 'x-amzn-errortype': type },
});

const ROWS: Readonly<Partial<Record<ProviderId, readonly FailureRow[]>>> = {
  'azure-openai': [
    [
      'a deployment that is not there',
      404,
      azure('DeploymentNotFound', 'The API deployment for this resource does not exist.'),
      { class: 'target_gone', scope: 'none' },
    ],
    [
      'an operation that the model does not have',
      400,
      azure('OperationNotSupported', 'The chatCompletion operation does not work with the specified model.'),
      { class: 'target_gone', scope: 'none' },
    ],
    [
      'the limit of a deployment',
      429,
      azure(
        '429',
        'Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 24 seconds.',
      ),
      { class: 'rate_minute', scope: 'model', waitS: 24 },
    ],
    [
      'a wrong key',
      401,
      azure('401', 'Access denied due to invalid subscription key or wrong API endpoint.'),
      { class: 'auth', scope: 'credential' },
    ],
    [
      'a firewall',
      403,
      azure('AccessDenied', 'Access denied due to Virtual Network/Firewall rules.'),
      { class: 'auth', scope: 'group' },
    ],
    [
      'its filter',
      400,
      azure('content_filter', 'The response was filtered due to the prompt triggering the policy.'),
      { class: 'content_filter' },
    ],
  ],
  vertex: [
    [
      'capacity that everybody shares',
      429,
      google(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted. Please try again later.'),
      { class: 'overload', scope: 'model' },
    ],
    [
      'a quota of the project',
      429,
      google(
        429,
        'RESOURCE_EXHAUSTED',
        'Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model with base model: gemini-2.5-pro.',
      ),
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'an API that is not switched on',
      403,
      google(
        403,
        'PERMISSION_DENIED',
        'Vertex AI API has not been used in project 1 before or it is disabled.',
      ),
      { class: 'auth', scope: 'group' },
    ],
    [
      'a model that nobody enabled',
      403,
      google(
        403,
        'PERMISSION_DENIED',
        "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/x' (or it may not exist).",
      ),
      { class: 'auth', scope: 'model' },
    ],
    [
      'a model that is not there',
      404,
      google(
        404,
        'NOT_FOUND',
        'Publisher Model `projects/p/locations/l/publishers/google/models/x` was not found or your project does not have access to it.',
      ),
      { class: 'target_gone' },
    ],
  ],
  'vertex-anthropic': [
    [
      'a quota of the model',
      429,
      google(
        429,
        'RESOURCE_EXHAUSTED',
        'Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: anthropic-claude-sonnet-4-5.',
      ),
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'a model elsewhere',
      400,
      google(400, 'FAILED_PRECONDITION', 'Publisher Model `x` is not servable in region us-east1.'),
      { class: 'target_gone' },
    ],
  ],
  bedrock: [
    [
      'a signature that does not fit',
      403,
      aws('InvalidSignatureException', 'The request signature we calculated does not match.'),
      { class: 'auth', scope: 'credential' },
    ],
    [
      'an identity that is over',
      403,
      aws('ExpiredTokenException', 'The security token included in the request is expired'),
      { class: 'auth', scope: 'credential' },
    ],
    [
      'too fast',
      429,
      aws('ThrottlingException', 'Too many requests, please wait before trying again.'),
      { class: 'rate_minute', scope: 'model' },
    ],
    [
      'a model that is not there',
      404,
      aws('ResourceNotFoundException', 'This model version has reached the end of its life.'),
      { class: 'target_gone' },
    ],
    [
      'the model itself',
      424,
      aws('ModelErrorException', 'The model returned an error.'),
      { class: 'server' },
    ],
  ],
};

describe.each(Object.entries(ROWS))('failures of %s', (id, rows) => {
  it.each(rows)('%s (%i)', (...row) => expect(readRow(PROVIDERS[id as ProviderId], row)).toEqual(row[3]));
});
