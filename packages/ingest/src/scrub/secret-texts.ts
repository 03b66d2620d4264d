import type { ScrubbedAs } from '@gantry/core'

export const scrubbedText = '[scrubbed]'
/** A value without quotes ends before its bracket. */
const scrubbedStart = '[scrubbed'

/** Counts one value that was taken out. */
export type CountScrubbed = (kind: ScrubbedAs) => void

interface Pattern {
  kind: ScrubbedAs
  find: RegExp
  /** What stays of it; null: it is nothing secret after all. */
  replace(...found: string[]): string | null
}

/** `password=hunter2`, `"token": "…"`, `Authorization: Bearer …`: the name stays. A quoted value ends at its quote. */
const named: Pattern = {
  kind: 'password',
  find: /((?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|secret[-_]?key|session[-_]?id|credentials?|cvv|cvc|authorization|set-cookie|cookie)\\?["']?\s{0,3}[=:]\s{0,3})((?:bearer|basic|token|sentry)\s+)?(\\?"[^"\\]{1,4096}|'[^']{1,4096}|[^\s"'&;,)}\]]{1,4096})/gi,
  replace: (_whole, name = '', scheme = '', value = '') =>
    value.includes(scrubbedStart) || /^["'\\]*(?:null|undefined|true|false)?$/i.test(value)
      ? null
      : `${name}${scheme}${/^\\?["']/.exec(value)?.[0] ?? ''}${scrubbedText}`,
}

/** In lines of code `password: string` says nothing, and `password = "hunter2"` says all. */
const namedInCode: Pattern = {
  kind: 'password',
  find: /((?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|secret[-_]?key|session[-_]?id|credentials?|cvv|cvc|authorization|set-cookie|cookie)["']?\s{0,3}[=:]\s{0,3})(["'`])([^"'`]{3,4096})/gi,
  replace: (_whole, name = '', quote = '', value = '') =>
    value === scrubbedText ? null : `${name}${quote}${scrubbedText}`,
}

const anywhere: readonly Pattern[] = [
  {
    kind: 'token',
    find: /\b(bearer|basic)(\s+)([\w.~+/=-]{12,4096})/gi,
    replace: (_whole, scheme = '', space = '') => `${scheme}${space}${scrubbedText}`,
  },
  // Not in the middle of a word: each `eyJ` of a long one would be looked at to its end.
  { kind: 'token', find: /(?<![\w-])eyJ[\w-]{8,4096}\.[\w-]{8,4096}\.[\w-]{0,4096}/g, replace: () => scrubbedText },
  {
    kind: 'key',
    find: /\b(?:gh[pousr]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64}|xox[abprs]-[\w-]{10,255}|[sr]k_(?:live|test)_\w{10,255}|sk-[\w-]{20,255}|npm_\w{30,64}|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[\w-]{35})/g,
    replace: () => scrubbedText,
  },
  {
    kind: 'key',
    find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\w+/=\s\\-]{0,10000}/g,
    replace: () => scrubbedText,
  },
  {
    kind: 'password',
    find: /(:\/\/[^\s/:@"']{0,200}:)([^\s/@"']{1,200})@/g,
    replace: (_whole, user = '', password = '') => (password === scrubbedText ? null : `${user}${scrubbedText}@`),
  },
  {
    kind: 'card',
    // The issuers' first digits: a time in microseconds is as long, and begins with a one.
    find: /(?<![\w.-])(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|3[47]\d{2}|3[0689]\d{2}|6\d{3})(?:[ -]?\d){10,15}(?![\w-])/g,
    replace: whole => (isCardNumber(whole) ? scrubbedText : null),
  },
]

const address: Pattern = {
  kind: 'address',
  find: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/gi,
  replace: whole => (/^(?:127|0)\./.test(whole) ? null : scrubbedText),
}

/** Every pattern is bounded in what it takes, so that no text costs more than its length. */
export function scrubText(
  text: string,
  { secrets, addresses, isCode = false }: { secrets: boolean; addresses: boolean; isCode?: boolean },
  count: CountScrubbed,
): string {
  let scrubbed = text
  if (secrets && maySay.test(text))
    for (const pattern of [isCode ? namedInCode : named, ...anywhere]) scrubbed = without(scrubbed, pattern, count)
  return addresses ? without(scrubbed, address, count) : scrubbed
}

/** Whether any pattern can match: nearly every text says nothing, and to look once is cheaper than to look for each. */
const maySay =
  /pass|pwd|secret|token|key|cred|cvv|cvc|authorization|cookie|session|bearer|basic|eyJ|:\/\/|gh[pousr]_|glpat|xox|[sr]k[_-]|npm_|A(?:KIA|SIA|Iza)|[2-6]\d{3}[ -]?\d/i

function without(text: string, { kind, find, replace }: Pattern, count: CountScrubbed): string {
  return text.replace(find, (...found: string[]) => {
    const left = replace(...found)
    if (left === null) return found[0] ?? ''
    count(kind)
    return left
  })
}

/** Luhn's sum, as every issuer uses. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  if (digits.length < 14 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}
