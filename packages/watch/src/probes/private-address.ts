import { BlockList, isIP } from 'node:net'

/** Not of the public network: https://www.iana.org/assignments/iana-ipv4-special-registry */
const inside4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** https://www.iana.org/assignments/iana-ipv6-special-registry; tunnels (6to4, Teredo) lead to an IPv4 address inside. */
const inside6 = [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const

const inside = new BlockList()
for (const [network, bits] of inside4) {
  // The mapped form (`::ffff:10.0.0.1`) is looked up among these too, by BlockList itself.
  inside.addSubnet(network, bits, 'ipv4')
  // NAT64: a network without IPv4 reaches all of it by this prefix, the public part as well.
  inside.addSubnet(`64:ff9b::${network}`, 96 + bits, 'ipv6')
}
for (const [network, bits] of inside6) inside.addSubnet(network, bits, 'ipv6')

/** Whether it is an address of this machine or its network, link-local and cloud metadata included, or none at all. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  return family === 0 || inside.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
