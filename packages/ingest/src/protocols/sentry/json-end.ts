const [quote, backslash] = [0x22, 0x5c]
const opens = new Set([0x7b, 0x5b])
const closes = new Set([0x7d, 0x5d])

/** The first byte behind the list or object that begins there; null: it has no end. What is in it is for a parser to judge. */
export function jsonEnd(json: Uint8Array, from: number): number | null {
  let depth = 0
  for (let at = from; at < json.length; at++) {
    const byte = json[at] ?? 0
    if (byte === quote) at = textEnd(json, at)
    else if (opens.has(byte)) depth++
    else if (closes.has(byte) && --depth === 0) return at + 1
  }
  return null
}

function textEnd(json: Uint8Array, from: number): number {
  for (let at = from + 1; at < json.length; at++) {
    if (json[at] === backslash) at++
    else if (json[at] === quote) return at
  }
  return json.length
}
