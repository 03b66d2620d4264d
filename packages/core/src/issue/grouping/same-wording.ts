import { parameterise } from './parameterise.ts'

/**
 * What engines and bundlers say in words of their own about one fault. `$1` is the name that tells it from others. The third
 * says what a text must hold for a pattern that may begin anywhere: most messages are none of these.
 */
const wordings: readonly (readonly [RegExp, string, string?])[] = [
  [/^Cannot read propert(?:y|ies) of (?:undefined|null) \(reading '(.+)'\)$/, 'nothing has no $1'],
  [/^Cannot read property '(.+)' of (?:undefined|null)$/, 'nothing has no $1'],
  [/^can't access property "(.+)", .+ is (?:undefined|null)$/, 'nothing has no $1'],
  [/^(?:undefined|null) is not an object \(evaluating '.*?([\w$]+)(?:\(.*\))?'\)$/, 'nothing has no $1'],
  [/^Cannot set propert(?:y|ies) of (?:undefined|null) \(setting '(.+)'\)$/, 'nothing has no $1 to set'],
  [/^Cannot set property '(.+)' of (?:undefined|null)$/, 'nothing has no $1 to set'],
  [/^(?:undefined|null) is not an object \(evaluating '.*?([\w$]+) = .*'\)$/, 'nothing has no $1 to set'],
  [/^(?:.*\.)?([\w$]+)(?:\(\.\.\.\))? is not a function(?:\. \(In .*\))?$/s, '$1 is no function', ' is not a function'],
  [/^(?:.*\.)?([\w$]+) is not a constructor(?:\. \(In .*\))?$/s, '$1 is no constructor', ' is not a constructor'],
  [/^Can't find variable: ([\w$]+)$/, '$1 is not defined'],
  [
    /^(?:.+ is not iterable(?: \(cannot read property .*\))?|undefined is not a function \(near '\.\.\..*'\)|Spread syntax requires .*iterable.*)$/,
    'not iterable',
  ],
  [
    /^(?:Failed to fetch\b.*|NetworkError when attempting to fetch resource\.?|Load failed(?: \(.*\))?|The network connection was lost\.?|The Internet connection appears to be offline\.?|Network request failed)$/,
    'the network failed',
  ],
  [/^(?:Maximum call stack size exceeded\.?|too much recursion)$/, 'recursion without end'],
  [
    /^(?:ResizeObserver loop limit exceeded|ResizeObserver loop completed with undelivered notifications\.?)$/,
    'resize observer in a loop',
  ],
  [
    /^(?:(?:The user|This operation was|The operation was|Fetch is|Request) ?aborted(?: a request)?\.?|signal is aborted without reason|The user aborted a request\.?)$/i,
    'aborted',
  ],
  [/^(?:Invalid time value|Invalid Date|invalid date|date value is not finite.*)$/, 'no date'],
  [
    /^(?:Unexpected token .* in JSON at position \d+.*|Unexpected token .*is not valid JSON|Unexpected end of JSON input|JSON\.parse: .*|JSON Parse error: .*|Unexpected non-whitespace character after JSON.*|Expected property name or '}' in JSON.*|Bad control character in string literal in JSON.*|Unterminated string in JSON.*|The string did not match the expected pattern\.)$/s,
    'no JSON',
  ],
  [
    /^(?:.*exceeded the quota\.?|The quota has been exceeded\.?|QuotaExceededError.*|Persistent storage maximum size reached)$/s,
    'storage is full',
  ],
]

/** Of what engines say. */
const longest = 300

/** A page of the last release asks for files of it that are no longer there, or the network took them. */
const chunkGone =
  /^(?:Loading (?:CSS )?chunk .+ failed|Failed to fetch dynamically imported module\b|error loading dynamically imported module\b|Importing a module script failed|Unable to preload CSS for\b|'?text\/html'? is not a valid JavaScript MIME type)/i

export const isChunkGone = (type: string | null, value: string): boolean =>
  type === 'ChunkLoadError' || chunkGone.test(value.slice(0, longest))

/** Types that engines give one fault. */
const types: Readonly<Record<string, string>> = { InternalError: 'RangeError' }

export const sameType = (type: string): string => types[type] ?? type

/** A message in the words all engines share, without what varies. */
export function sameWording(value: string): string {
  const line = value.slice(0, longest).split('\n', 1)[0]?.trim() ?? ''
  for (const [pattern, words, needs] of wordings) {
    if (needs !== undefined && !line.includes(needs)) continue
    const found = pattern.exec(line)
    // A name of one or two letters is the bundler's, and another in the next build.
    if (found) return words.replace('$1', found[1] && !/^[\w$]{1,2}$/.test(found[1]) ? found[1] : 'it')
  }
  return parameterise(value)
}
