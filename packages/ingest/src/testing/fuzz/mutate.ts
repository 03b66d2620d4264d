/** The same numbers again for the same seed. Source: mulberry32. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** What readers look for, and what they stumble over. */
const tokens = [
  ...['{', '}', '[', ']', '"', '\\', ',', ':', '\n', '\r\n', ' ', '=', '="', '-', '<1>1 ', '\u0000', '\ufeff', '…'],
  ...['null', 'true', '1e999', '-1', '9007199254740993', '{"a":', '[[[[[[[[', '__proto__', 'constructor', '"length":9'],
  ...['password=', 'token:"', 'eyJ', '://a:b@', 'Bearer ', '4242 4242 4242 4242', '--b\r\n', '2026-11-27T10:00:00Z'],
].map(text => Buffer.from(text))
const bytes = [0x00, 0x7f, 0x80, 0xc1, 0xdd, 0xdf, 0xdb, 0xff]

type Act = (body: Buffer, random: (below: number) => number, other: Buffer) => Buffer

const cut = (body: Buffer, from: number, to: number, put: Buffer): Buffer =>
  Buffer.concat([body.subarray(0, from), put, body.subarray(Math.max(from, to))])

const acts: readonly Act[] = [
  (body, random) => {
    const changed = Buffer.from(body)
    const at = random(body.length || 1)
    if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << random(8))
    return changed
  },
  (body, random) => {
    const at = random(body.length + 1)
    return cut(body, at, at + 1, Buffer.from([bytes[random(bytes.length)] ?? 0]))
  },
  (body, random) => body.subarray(0, random(body.length + 1)),
  (body, random) => {
    const at = random(body.length + 1)
    return cut(body, at, at + random(20), tokens[random(tokens.length)] ?? Buffer.alloc(0))
  },
  // A part of it once more, or hundreds of times.
  (body, random) => {
    const from = random(body.length + 1)
    const part = body.subarray(from, from + 1 + random(30))
    return cut(
      body,
      from,
      from,
      Buffer.concat(Array.from({ length: 1 + random(random(8) === 0 ? 400 : 4) }, () => part)),
    )
  },
  (body, random, other) => {
    const from = random(other.length + 1)
    const at = random(body.length + 1)
    return cut(body, at, at + random(40), other.subarray(from, from + random(200)))
  },
]

const mostBytes = 64 * 1024

/** One to six changes. `other` is a body that parts are taken from. */
export function mutated(body: Buffer, other: Buffer, random: (below: number) => number): Buffer {
  let changed = body
  for (let left = 1 + random(6); left > 0; left--)
    changed = (acts[random(acts.length)] ?? ((same: Buffer) => same))(changed, random, other)
  return changed.length > mostBytes ? changed.subarray(0, mostBytes) : changed
}
