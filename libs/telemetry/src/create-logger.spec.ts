import { Secret } from '@turnpike/kernel';
import { createLogger, type LogFormat } from './create-logger';

function logged(format: LogFormat, write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  const destination = { write: (line: string): void => void (text += line) };
  write(createLogger({ level: 'info', format, service: 'gateway', destination }));
  return text;
}

const KEY = `tpk_${'a'.repeat(38)}`;

describe('createLogger', () => {
  it('writes one JSON object per line, with level as a word and the time in UTC', () => {
    const line = JSON.parse(logged('json', (log) => log.info({ calls: 3 }, 'done'))) as Record<
      string,
      unknown
    >;
    expect(line).toMatchObject({ level: 'info', service: 'gateway', calls: 3, msg: 'done' });
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('writes plain text for people, errors with their stack', () => {
    const text = logged('pretty', (log) => log.warn({ port: 4000, err: new Error('broken') }, 'odd'));
    expect(text).toMatch(/^\d\d:\d\d:\d\d WARN {2}odd port=4000\nError: broken\n\s+at /);
  });

  it('stays silent below its level', () => {
    expect(logged('json', (log) => log.debug('nothing'))).toBe('');
  });

  it.each<[string, Record<string, unknown>]>([
    ['a field', { apiKey: 'sk-secret' }],
    ['a nested field', { provider: { apiKey: 'sk-secret' } }],
    ['a header', { headers: { 'x-api-key': 'sk-secret' } }],
    ['a Secret', { anything: new Secret('sk-secret') }],
    ['a prompt', { body: 'sk-secret' }],
  ])('never shows what is secret: %s', (_name, fields) => {
    const text = logged('json', (log) => log.info(fields, 'call'));
    expect(text).not.toContain('sk-secret');
    expect(text).toMatch(/redacted|\[secret\]/);
  });

  it.each(['json', 'pretty'] as const)('masks keys and passwords wherever they stand (%s)', (format) => {
    const text = logged(format, (log) => log.info({ url: 'postgresql://me:hidden@db/x' }, `used ${KEY}`));
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('hidden');
    expect(text).toContain('used tpk_[redacted]');
    expect(text).toContain('postgresql://me:[redacted]@db/x');
  });
});
