import { HttpException } from '@nestjs/common';
import { GatewayError } from '@turnpike/kernel';
import { isDatabaseAway } from './is-database-away';
import { toGatewayError, toProblem } from './problem';

const withFields = (message: string, fields: object): Error => Object.assign(new Error(message), fields);

describe('isDatabaseAway', () => {
  it.each([
    withFields('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' }),
    withFields('x', { code: 'P1001' }),
    withFields('x', { code: '57P01' }),
    withFields('x', { code: '53300' }),
    withFields('Connection terminated unexpectedly', {}),
    withFields('x', { code: 'P2039', meta: { driverAdapterError: { cause: { severity: 'FATAL' } } } }),
    new Error('x', { cause: withFields('x', { code: 'ECONNRESET' }) }),
  ])('sees it in %j', (error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  const loop: { cause?: object } = {};
  loop.cause = loop;
  it.each([
    withFields('Unique constraint failed', { code: 'P2002' }),
    withFields('x', { code: '23505' }),
    new TypeError('x is undefined'),
    loop,
    undefined,
    'ECONNREFUSED',
  ])('does not see it in %j', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

describe('toProblem', () => {
  it.each([
    [new GatewayError('missing_key', 'No key.'), 401, 'missing_key'],
    [new GatewayError('already_exists', 'Twice.', { status: 409 }), 409, 'already_exists'],
    [new HttpException('secret detail', 404), 404, 'not_found'],
    [new HttpException('secret detail', 413), 413, 'body_too_large'],
    [withFields('secret detail', { statusCode: 415 }), 415, 'unsupported_media_type'],
    [withFields('secret detail', { statusCode: 400 }), 400, 'malformed_json'],
    [withFields('secret detail', { statusCode: 408 }), 408, 'invalid_request'],
    [withFields('secret detail ECONNREFUSED', {}), 503, 'store_unavailable'],
    [withFields('secret detail', { statusCode: 500 }), 500, 'internal_error'],
    [new Error('secret detail'), 500, 'internal_error'],
    ['secret detail', 500, 'internal_error'],
  ])('renders %s as %i without telling what it does not know', (error, status, reason) => {
    const problem = toProblem(toGatewayError(error), 'request-1');
    expect(problem).toMatchObject({
      status,
      reason,
      requestId: 'request-1',
      type: `urn:turnpike:problem:${reason}`,
    });
    expect(JSON.stringify(problem)).not.toContain('secret detail');
  });
});
