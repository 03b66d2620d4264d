export interface StructuredData {
  /** With the id before each name: `origin.ip`. */
  data: Record<string, string>
  /** Behind it. */
  end: number
}

/**
 * The structured data of a syslog line, `-` or `[id name="value" …][…]`, which begins there. Null: it is none, or never ends.
 * Read sign by sign: a pattern would look at the rest of the line again from each bracket.
 * Source: https://www.rfc-editor.org/rfc/rfc5424#section-6.3
 */
export function structuredDataAt(text: string, from: number): StructuredData | null {
  if (text[from] === '-') return { data: {}, end: from + 1 }
  const data: Record<string, string> = {}
  let at = from
  while (text[at] === '[') {
    const id = wordAt(text, at + 1)
    at += 1 + id.length
    for (let pair = pairAt(text, at); pair !== null; pair = pairAt(text, at)) {
      data[`${id}.${pair.name}`] = pair.value
      at = pair.end
    }
    // What is no pair is left out.
    const close = text.indexOf(']', at)
    if (close === -1) return null
    at = close + 1
  }
  return at === from ? null : { data, end: at }
}

const word = /[^\s\]="]{0,200}/y

function wordAt(text: string, at: number): string {
  word.lastIndex = at
  return word.exec(text)?.[0] ?? ''
}

/** ` name="value"` */
function pairAt(text: string, at: number): { name: string; value: string; end: number } | null {
  if (text[at] !== ' ') return null
  const name = wordAt(text, at + 1)
  const from = at + 1 + name.length + 2
  if (name === '' || text.slice(from - 2, from) !== '="') return null
  for (let end = from; end < text.length; end++) {
    if (text[end] === '\\') end++
    else if (text[end] === '"')
      return { name, value: text.slice(from, end).replace(/\\(["\\\]])/g, '$1'), end: end + 1 }
  }
  return null
}
