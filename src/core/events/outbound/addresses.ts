import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Which addresses are public. IPv4: all but the special-purpose registry (RFC 6890 and later). IPv6: only 2000::/3, less
 * what is special in it; so mapped, compatible, NAT64, link-local, site-local and multicast forms are out by themselves.
 */
const special = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Metadata of one large cloud, on a public address.
  ['168.63.129.16', 32],
] as const)
  special.addSubnet(net, bits, 'ipv4')

const unicast = new BlockList()
unicast.addSubnet('2000::', 3, 'ipv6')
const specialV6 = new BlockList()
for (const [net, bits] of [
  // Teredo, ORCHID, benchmarking: 2001::/23; documentation; 6to4, which carries an IPv4 address inside.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const)
  specialV6.addSubnet(net, bits, 'ipv6')

export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false
  if (isIPv4(address)) return !special.check(address, 'ipv4')
  // A zone (`fe80::1%eth0`) names an interface of ours.
  if (address.includes('%')) return false
  return unicast.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
}
