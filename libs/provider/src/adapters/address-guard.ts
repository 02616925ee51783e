import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** Ranges that no provider lives in, whatever the configuration allows: this-network, link-local (cloud metadata), multicast, reserved. */
const NEVER: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.31.196.0', 24, 'ipv4'],
  ['192.52.193.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.175.48.0', 24, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['2620:4f:8000::', 48, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  // Metadata and host services of clouds that lie outside of link-local.
  ['100.100.100.200', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
];

/** Ranges that need `allowPrivateNetwork`. */
const PRIVATE: typeof NEVER = [
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
];

const listOf = (ranges: typeof NEVER): BlockList => {
  const list = new BlockList();
  for (const [net, prefix, family] of ranges) list.addSubnet(net, prefix, family);
  return list;
};

/** The only IPv6 range that is routed in public (RFC 4291); what is neither in it nor private is no provider. */
const PUBLIC: typeof NEVER = [['2000::', 3, 'ipv6']];

const never = listOf(NEVER);
const routed = listOf(PUBLIC);
const restricted = listOf(PRIVATE);

/** IPv4 inside IPv6: mapped (::ffff:a.b.c.d), translated (::ffff:0:a.b.c.d), compatible (::a.b.c.d) and NAT64 (64:ff9b::a.b.c.d) reach the IPv4 host. */
function embeddedIpv4(address: string): string | undefined {
  const url = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1);
  const match = /^(?:::ffff:(?:0:)?|64:ff9b::|::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(url);
  if (!match) return undefined;
  const high = parseInt(match[1] ?? '0', 16);
  const low = parseInt(match[2] ?? '0', 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Why an address may not be dialled; undefined when it may. */
export function denyReason(address: string, allowPrivateNetwork: boolean): string | undefined {
  if (isIP(address) === 0) return 'it is not an IP address';
  const v4 = isIPv6(address) ? embeddedIpv4(address) : undefined;
  if (v4 !== undefined) return denyReason(v4, allowPrivateNetwork);
  const plain = address.split('%')[0] ?? address;
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  const isPrivate = restricted.check(plain, family);
  const isRouted = family === 'ipv4' || isPrivate || routed.check(plain, family);
  if (!isRouted || never.check(plain, family)) return 'it is in a range where no provider lives';
  if (!allowPrivateNetwork && isPrivate) return 'it is private and the provider has no allowPrivateNetwork';
  return undefined;
}

/** Marks errors of this guard, so that they are told apart from failures of the network. */
export class AddressDenied extends Error {
  readonly code = 'ERR_ADDRESS_DENIED';

  constructor(host: string, reason: string) {
    super(`the address of ${host} is refused: ${reason}`);
  }
}

/**
 * A `lookup` for sockets: resolves, checks every address and hands on only what was checked, so that a second answer of
 * the resolver (DNS rebinding) is never dialled.
 */
export function createGuardedLookup(allowPrivateNetwork: boolean): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      for (const { address } of addresses) {
        const reason = denyReason(address, allowPrivateNetwork);
        if (reason) return callback(new AddressDenied(hostname, reason), '', 0);
      }
      const first = addresses[0];
      if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
