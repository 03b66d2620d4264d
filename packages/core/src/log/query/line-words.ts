/** Words of a text, as they are found: letters, digits and `_` that stand together, whatever their case. */
export function wordsOf(text: string): string[] {
  const lower = text.toLowerCase()
  // Nearly all logs are ASCII, of which the letters of all languages are found three times as slowly.
  return lower.match(isAscii.test(lower) ? asciiWord : word) ?? []
}

/** With an underscore for each sign that is in no word. */
export function asOneWord(text: string): string {
  const lower = text.toLowerCase()
  return lower.replace(isAscii.test(lower) ? asciiSign : sign, '_')
}

const isAscii = /^[\0-\x7f]*$/
const asciiWord = /[a-z0-9_]+/g
const asciiSign = /[^a-z0-9_]/g
const word = /[\p{L}\p{N}_]+/gu
const sign = /[^\p{L}\p{N}_]/gu
const wordCharacter = /[\p{L}\p{N}_]/u

/** Whether what is at that place belongs to a word. */
function isWordAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (Number.isNaN(code)) return false
  if (code < 128)
    return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || (code >= 65 && code <= 90)
  return wordCharacter.test(text.charAt(index))
}

/** Whether these words stand beside each other in a text of lower case. None at all stand nowhere. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const [first, ...rest] = words
  if (first === undefined) return false
  for (let at = text.indexOf(first); at !== -1; at = text.indexOf(first, at + 1))
    if (!isWordAt(text, at - 1) && endsWell(text, at + first.length, rest)) return true
  return false
}

function endsWell(text: string, from: number, rest: readonly string[]): boolean {
  let at = from
  for (const word of rest) {
    if (isWordAt(text, at)) return false
    while (at < text.length && !isWordAt(text, at)) at++
    if (!text.startsWith(word, at)) return false
    at += word.length
  }
  return !isWordAt(text, at)
}

/** Whether the whole text is of that pattern, both of lower case; `*` stands for any characters. Linear in nearly every case. */
export function isLike(text: string, pattern: string): boolean {
  const pieces = pattern.split('*')
  const [first = ''] = pieces
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return text === pattern
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
