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

/** Whether it is an address of this machine or its network, link-local and cloud metadata included, or none at all. */
export function isPrivateAddress(address: string): boolean {
  const four = read4(address)
  if (four !== null) return isInside4(four)
  const six = read6(address)
  if (six === null) return true
  const high = six >> 32n
  const embedded = six & 0xffff_ffffn
  // The mapped form (`::ffff:10.0.0.1`), and NAT64: a network without IPv4 reaches all of it by that prefix.
  if (high === mapped || high === nat64) return isInside4(embedded)
  return inside6.some(([network, bits]) => startsAlike(six, read6(network) ?? 0n, bits, 128))
}

/** Whether a host of an address leads inside, as far as its spelling tells: a name of the public network may, too. */
export function isPrivateHost(host: string): boolean {
  const bare = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (bare === 'localhost' || /\.(localhost|local|internal|home\.arpa)$/.test(bare)) return true
  const isAddress = read4(bare) !== null || read6(bare) !== null
  return isAddress && isPrivateAddress(bare)
}

const mapped = 0xffffn
const nat64 = 0x64ff9bn << 64n

const isInside4 = (address: bigint): boolean =>
  inside4.some(([network, bits]) => startsAlike(address, read4(network) ?? 0n, bits, 32))

const startsAlike = (a: bigint, b: bigint, bits: number, of: number): boolean =>
  a >> BigInt(of - bits) === b >> BigInt(of - bits)

/** Four decimal numbers, and nothing that only some readers take for an address. */
function read4(text: string): bigint | null {
  const parts = text.split('.')
  const isWhole = parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return isWhole ? parts.reduce((all, part) => (all << 8n) | BigInt(part), 0n) : null
}

function read6(text: string): bigint | null {
  const [address = ''] = text.split('%')
  const [head = '', tail, ...more] = address.split('::')
  if (more.length > 0) return null
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  if (left === null || right === null) return null
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  return [...left, ...Array<bigint>(missing).fill(0n), ...right].reduce((all, group) => (all << 16n) | group, 0n)
}

/** The last two groups may be an IPv4 address. */
function groups(text: string): bigint[] | null {
  if (text === '') return []
  const found: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 && part.includes('.') ? read4(part) : null
    if (four !== null) found.push(four >> 16n, four & 0xffffn)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(BigInt(`0x${part}`))
    else return null
  }
  return found
}
