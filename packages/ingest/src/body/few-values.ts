import { GantryError } from '@gantry/core'

/**
 * How many values one body may hold, names not counted. Each costs some forty bytes of memory or more, and a body two or
 * three: one of 64 MB could take gigabytes. As many lines as are taken at once may have a hundred fields each.
 */
export const mostValues = 2_000_000

/** What is smaller cannot hold too many. */
const smallBytes = 1024 * 1024

const [quote, backslash, comma, brace, bracket] = [0x22, 0x5c, 0x2c, 0x7b, 0x5b]

/**
 * To be asked before foreign JSON is parsed. Looks at signs only: what else may be wrong with it is for the parser to say.
 * @throws GantryError BODY_TOO_LARGE
 */
export function requireFewValues(...json: Buffer[]): void {
  if (json.reduce((sum, { length }) => sum + length, 0) <= smallBytes) return
  if (json.reduce((sum, part) => sum + valuesIn(part), 0) > mostValues)
    throw new GantryError('BODY_TOO_LARGE', `expected at most ${mostValues} values in a body, more came`)
}

function valuesIn(json: Buffer): number {
  let values = 1
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) at = quoteEnd(json, at)
    else if (byte === comma || byte === brace || byte === bracket) values++
  }
  return values
}

/** Of the text that begins there. */
function quoteEnd(json: Buffer, from: number): number {
  let at = json.indexOf(quote, from + 1)
  while (at !== -1 && isEscaped(json, at)) at = json.indexOf(quote, at + 1)
  return at === -1 ? json.length : at
}

function isEscaped(json: Buffer, at: number): boolean {
  let before = at - 1
  while (json[before] === backslash) before--
  return (at - 1 - before) % 2 === 1
}
