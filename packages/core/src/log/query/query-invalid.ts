import { GantryError } from '../../errors/index.ts'

const shownBefore = 20

/** Names the place by what stands there: a number of characters is counted by nobody. Who shows it marks it by `at` and `there`. */
export function queryInvalid(text: string, at: number, what: string): GantryError {
  const there = text.slice(at).split(/\s/, 1)[0] ?? ''
  const before = text.slice(Math.max(0, at - shownBefore), at)
  const place = `at character ${at + 1}, ${before === '' ? 'at the start' : `behind \`${before.trim()}\``}`
  return new GantryError('QUERY_INVALID', `${what} (${place}: \`${there.slice(0, 80)}\`)`, { query: text, at, there })
}
