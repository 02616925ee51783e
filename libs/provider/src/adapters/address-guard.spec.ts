import { denyReason } from './address-guard';

describe('denyReason', () => {
  it.each([
    '127.0.0.1',
    '127.255.1.1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '198.18.0.1',
    '::1',
    'fc00::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '::127.0.0.1',
  ])('%s needs allowPrivateNetwork', (address) => {
    expect(denyReason(address, false)).toBeDefined();
    expect(denyReason(address, true)).toBeUndefined();
  });

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.51.100.7',
    '203.0.113.9',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '100::1',
    'localhost',
    '',
  ])('%s is never dialled', (address) => {
    expect(denyReason(address, false)).toBeDefined();
    expect(denyReason(address, true)).toBeDefined();
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.0',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => {
    expect(denyReason(address, false)).toBeUndefined();
  });
});
