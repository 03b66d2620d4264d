/** The name of something in a program is part of what went wrong; what somebody typed is not. */
const quoted =
  /(?<!\b(?:column|relation|constraint|table|function|type|property|attribute|index|module|package|variable|field|parameter|option|command|class|method|export|named|reading|setting|evaluating) )(?<![\w.])(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|`[^`\n]{0,200}`)(?!\w)/gi

/** Longer ones are tried in vain: what tells a fault from others stands at the beginning. */
const longest = 500

/**
 * What differs between two reports of the same fault, in the order it is looked for. The third says what a text must hold
 * for it, where that is not a digit: most messages are few words, and most patterns need not be tried.
 */
const patterns: readonly (readonly [RegExp, string, string?])[] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>', '@'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, '<url>', '://'],
  [quoted, '<value>', '"'],
  [quoted, '<value>', "'"],
  [quoted, '<value>', '`'],
  [/\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b/gi, '<trace>'],
  [/\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, '<mac>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<value>'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '<token>', 'eyJ'],
  [
    /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?(?!\w)/g,
    '<date>',
  ],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d{1,2} )?[A-Z][a-z]{2} [\w :+()-]{4,40}?\d{4}(?: \d{2}:\d{2}:\d{2})?(?: GMT[+-]?\d*)?/g,
    '<date>',
  ],
  [/\b\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\b/g, '<time>'],
  [/(?<![\w:])::1(?=:\d)/g, '<ip>'],
  [/(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])/gi, '<ip>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '<ip>'],
  [/(?<![\w/.:<-])(?:[a-z]:[\\/]|~?\/|\.{1,2}\/)(?:[\w@.+%~-]+[\\/])*[\w@.+%~-]*\w/gi, '<path>', '/'],
  [/\b0x[0-9a-f]+\b/gi, '<value>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi, '<value>'],
  // Stripe and its like: a kind, then chance.
  [/\b[a-z]{2,8}_(?:(?:test|live)_)?(?=[A-Za-z]*\d)[A-Za-z0-9]{8,}\b/g, '<value>'],
  [/(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{10,}(?![\w-])/g, '<value>'],
  [/\b(?=[0-9A-Z]*[A-Z])(?=[0-9A-Z]*\d)[0-9A-HJKMNP-TV-Z]{26}\b/g, '<value>'],
  [/\b[a-z](?=[a-z]*\d)[a-z0-9]{23,31}\b/g, '<value>'],
  [/(?<![\w.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,])/g, '<value>'],
  [
    /(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)? ?(?:ns|us|µs|ms|milliseconds?|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|days?)(?!\w)/gi,
    '<duration>',
  ],
  [/(?<![\w.])-?\d+(?:\.\d+)? ?(?:[kmgt]i?b|bytes?|b)(?!\w)/gi, '<size>'],
  [/(?<![\w.])-?\d+(?:\.\d+)?%/g, '<value>%'],
  [/(?<![\w.])-?\d+\.\d+(?:e[+-]?\d+)?(?![\w.])/gi, '<value>'],
  [/(?<=[a-z][_#])\d+(?!\w)/gi, '<value>'],
]

/** What was asked over HTTP: of a route only the values vary, which stand in segments of their own. */
const route =
  /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?![a-z][a-z0-9+.-]*:\/\/)\/?((?:[\w.~%@:-]+\/?)*)(?:\?[^\s"']*)?/g

function stableRoute(_: string, method: string, path: string): string {
  const segments = path.split('/').map(part => (/\d/.test(part) && !/^v\d+$/.test(part) ? '<value>' : part))
  return `${method} ${segments.filter(part => part !== '').join(' / ')}`
}

/** Numbers that name a thing: of a status, of an error, of a port, of a version in a name such as `utf-8`. */
const kept =
  /(?:\b(?:status(?: ?code)?|code|http(?:\/[\d.]+)?|errno|error|exit(?:ed)?(?: with)?(?: code)?|port|line|level|version|node|signal)[ :=#(]{0,3}|<ip>:|localhost:|\b(?:utf|sha|iso|latin|base|rfc|aes|md|ecma)-?)$/i

/**
 * A message with what varies replaced by what it is: `user 42 not found` is `user <value> not found`. Two lines at most.
 * Names stay: `utf-8`, `http2`, `status 404`, `column "email"`.
 */
export function parameterise(message: string): string {
  const lines = message.slice(0, longest).split('\n', 2).join('\n').trim()
  const hasDigits = /\d/.test(lines)
  let named = lines.replace(route, stableRoute)
  for (const [pattern, name, needs] of patterns)
    if (needs === undefined ? hasDigits : named.includes(needs)) named = named.replace(pattern, name)
  return named.replace(/(?<![\w.])-?\d+(?!\w)/g, (number, at: number) =>
    kept.test(named.slice(Math.max(0, at - 24), at)) ||
    (number.startsWith('-') && kept.test(named.slice(Math.max(0, at - 23), at + 1)))
      ? number
      : '<value>',
  )
}
