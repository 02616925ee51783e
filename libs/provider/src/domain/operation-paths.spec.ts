import fc from 'fast-check';
import { encodeSegment, fillPaths, fillTemplate, type PathData, type PathQuestion } from './operation-paths';

const question = (more: Partial<PathQuestion> = {}): PathQuestion => ({
  dialect: 'openai-chat',
  model: 'm',
  basePath: '/v1',
  settings: {},
  ...more,
});

const DATED = /^\d{4}-/;

const versioned: PathData = {
  pathVariants: [
    {
      when: { setting: 'apiVersion', matches: DATED },
      dialect: 'openai-responses',
      prefix: '/openai/deployments/{model}',
      query: 'api-version={apiVersion}',
      templates: { generate: '/openai/responses?api-version={apiVersion}' },
    },
    {
      when: { setting: 'apiVersion', matches: DATED },
      prefix: '/openai/deployments/{model}',
      query: 'api-version={apiVersion}',
    },
    { prefix: '/openai/v1' },
  ],
};

describe('the paths of a target', () => {
  it.each([
    ['openai-chat', '/v1/chat/completions', '/v1/chat/completions'],
    ['openai-responses', '/v1/responses', '/v1/responses'],
    ['anthropic-messages', '/v1/messages', '/v1/messages'],
    [
      'gemini-generate',
      '/v1/v1beta/models/m:generateContent',
      '/v1/v1beta/models/m:streamGenerateContent?alt=sse',
    ],
  ] as const)('%s: those of the dialect', (dialect, whole, stream) =>
    expect(fillPaths({}, question({ dialect })).generate).toEqual({ whole, stream }),
  );

  it('does not write a collection twice that the name holds already', () =>
    expect(
      fillPaths({}, question({ dialect: 'gemini-generate', model: 'models/x', basePath: '' })),
    ).toMatchObject({ 'count-tokens': { whole: '/v1beta/models/x:countTokens' } }));

  it('offers what a definition lists, and nothing else', () => {
    const paths = fillPaths(
      { paths: { generate: { whole: '/model/{model}/a', stream: '/model/{model}/b' } } },
      question({ basePath: '', model: 'x:1' }),
    );
    expect(paths).toEqual({ generate: { whole: '/model/x%3A1/a', stream: '/model/x%3A1/b' } });
  });

  it.each([
    ['openai-chat', '2024-10-21', '/openai/deployments/m/chat/completions?api-version=2024-10-21'],
    ['openai-responses', '2025-04-01-preview', '/openai/responses?api-version=2025-04-01-preview'],
    ['openai-chat', undefined, '/openai/v1/chat/completions'],
    ['openai-responses', 'v1', '/openai/v1/responses'],
  ] as const)('%s with version %s', (dialect, apiVersion, path) => {
    const settings = apiVersion === undefined ? {} : { apiVersion };
    expect(fillPaths(versioned, question({ dialect, settings, basePath: '' })).generate?.whole).toBe(path);
  });

  it('bends every path of the dialect alike', () => {
    const paths = fillPaths(versioned, question({ settings: { apiVersion: '2024-10-21' }, basePath: '' }));
    expect(paths.speech?.whole).toBe('/openai/deployments/m/audio/speech?api-version=2024-10-21');
  });

  it('refuses a template without its value', () =>
    expect(() => fillTemplate('/{project}/x', {})).toThrow(/"project"/));

  it('keeps any name in its one segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const segment = encodeSegment(name);
        expect(segment).toMatch(/^[A-Za-z0-9_.~%-]*$/);
        const url = new URL(`http://h/a/x${segment}x/b`);
        expect(url.pathname).toBe(`/a/x${segment}x/b`);
        expect(url.search + url.hash).toBe('');
      }),
    );
  });

  it.each([
    ['a/b', 'a%2Fb'],
    ['arn:aws:bedrock:eu-west-1:1:profile/x', 'arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Aprofile%2Fx'],
    ['x?key=1#y', 'x%3Fkey%3D1%23y'],
    ['%2e%2e', '%252e%252e'],
    ['\ud800', '%EF%BF%BD'],
    ["it's(a)*!", 'it%27s%28a%29%2A%21'],
  ])('%j is %s', (name, segment) => expect(encodeSegment(name)).toBe(segment));
});
