import ts from 'typescript';
import { findOffence } from '../../tools/boundaries.cjs';
import { listSources, readSource } from './source-files';

const importsOf = (file: string): string[] =>
  ts.preProcessFile(readSource(file), true, true).importedFiles.map(({ fileName }) => fileName);

describe('imports', () => {
  it('stay within the layers of docs/ARCHITECTURE.md', () => {
    const offences = listSources().flatMap((file) =>
      importsOf(file).flatMap((specifier) => findOffence(file, specifier) ?? []),
    );
    expect(offences).toEqual([]);
  });

  it.each([
    ['libs/kernel/src/money.ts', '@turnpike/protocol'],
    ['libs/protocol/src/index.ts', '@turnpike/dialects'],
    ['libs/billing/src/domain/ledger.ts', '@turnpike/identity'],
    ['libs/billing/src/domain/ledger.ts', '../adapters/pg-ledger'],
    ['libs/billing/src/domain/ledger.ts', 'pg'],
    ['libs/billing/src/adapters/pg-ledger.ts', '@turnpike/routing'],
    ['libs/provider/src/adapters/undici-upstream.ts', '@nestjs/common'],
    ['libs/pipeline/src/handle-call.ts', '@turnpike/identity/adapters/pg-key-store'],
    ['libs/pipeline/src/handle-call.ts', 'undici'],
    ['libs/telemetry/src/index.ts', '@turnpike/protocol'],
    ['apps/gateway/src/main.ts', '@turnpike/testing'],
    ['apps/mock-upstream/src/main.ts', '@turnpike/provider'],
  ])('%s may not import %s, and is told so in a sentence', (file, specifier) => {
    expect(findOffence(file, specifier)).toMatch(
      /^(The|A|An|Configuration)[\w ,]* must not import \S+: \S+\.ts$/,
    );
  });

  it.each([
    ['libs/provider/src/domain/target.ts', '@turnpike/dialects'],
    ['libs/billing/src/adapters/pg-ledger.ts', '@turnpike/persistence'],
    ['libs/pipeline/src/handle-call.ts', '@turnpike/billing'],
    ['apps/gateway/src/main.ts', '@turnpike/identity/adapters/pg-key-store'],
  ])('%s may import %s', (file, specifier) => {
    expect(findOffence(file, specifier)).toBeUndefined();
  });

  it('leave what is for specs to specs', () => {
    const [source, fixture] = ['libs/protocol/src/stream/fold.ts', './fixtures/random-answers'] as const;
    expect(findOffence(source, fixture)).toMatch(/^The protocol must not import \S+, which is for specs: /);
    expect(findOffence(source.replace('.ts', '.spec.ts'), fixture)).toBeUndefined();
  });

  it('leave the environment to libs/config', () => {
    const readers = listSources()
      .filter((file) => !file.startsWith('libs/config/') && !file.startsWith('libs/testing/'))
      .filter((file) => !file.startsWith('test/') && !file.endsWith('.spec.ts'))
      .filter((file) => /\bprocess\.env\b/.test(readSource(file)));
    expect(readers).toEqual([]);
  });

  it('keep Nest in modules, controllers and apps', () => {
    const users = listSources()
      .filter((file) => file.startsWith('libs/') && !/\.(module|controller|spec)\.ts$/.test(file))
      .filter((file) => importsOf(file).some((specifier) => specifier.startsWith('@nestjs/')));
    expect(users).toEqual([]);
  });
});
