import type { ScrubbedAs } from '@gantry/core'

/** What a name whose last word is this holds. */
const byLastWord: Readonly<Record<string, ScrubbedAs>> = {
  ...entries('password', 'password passwd passphrase passcode pwd pw'),
  ...entries('token', 'token tokens jwt bearer csrf xsrf authorization sid'),
  ...entries('cookie', 'cookie cookies'),
  ...entries('card', 'cvv cvc cardnumber pan ssn'),
  ...entries('key', 'secret secrets apikey credential credentials'),
}
/** The same of names that end so, joined: `X-Api-Key`, `sessionId`, `card_number`. */
const byEnd: readonly (readonly [string, ScrubbedAs])[] = [
  ...pairs('key', 'apikey accesskey privatekey secretkey encryptionkey signingkey authkey secretaccesskey'),
  ...pairs('token', 'sessionid phpsessid jsessionid authtoken proxyauthorization sentryauth'),
  ...pairs('card', 'cardnumber creditcard securitycode socialsecuritynumber'),
  ...pairs('cookie', 'setcookie'),
]
const addresses = new Set(['ipaddress', 'remoteaddr', 'remoteaddress', 'clientip', 'xforwardedfor', 'xrealip', 'ip'])
const mostKnown = 5_000

export interface SecretNames {
  /** What the value of a field or variable of that name is; null: nothing secret. */
  kindOf(name: string): ScrubbedAs | null
}

export function secretNames(settings: {
  secrets: boolean
  addresses: boolean
  names: readonly string[]
  keep: readonly string[]
}): SecretNames {
  const own = new Set(settings.names.map(joined))
  const kept = new Set(settings.keep.map(joined))
  // The names of fields come again with each event.
  const known = new Map<string, ScrubbedAs | null>()
  const find = (name: string): ScrubbedAs | null => {
    const whole = joined(name)
    if (kept.has(whole)) return null
    if (own.has(whole)) return 'named'
    if (settings.addresses && addresses.has(whole)) return 'address'
    if (!settings.secrets) return null
    const last = words(name).at(-1) ?? ''
    return (
      (Object.hasOwn(byLastWord, last) ? byLastWord[last] : undefined) ??
      byEnd.find(([end]) => whole.endsWith(end))?.[1] ??
      null
    )
  }
  return {
    kindOf(name) {
      const found = known.get(name)
      if (found !== undefined) return found
      if (known.size >= mostKnown) known.clear()
      const kind = name.length > 200 ? null : find(name)
      known.set(name, kind)
      return kind
    },
  }
}

/** @example words('userAuthToken-2') // ['user', 'auth', 'token', '2'] */
const words = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')

const joined = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

function entries(kind: ScrubbedAs, text: string): Record<string, ScrubbedAs> {
  return Object.fromEntries(text.split(' ').map(word => [word, kind]))
}

function pairs(kind: ScrubbedAs, text: string): (readonly [string, ScrubbedAs])[] {
  return text.split(' ').map(end => [end, kind] as const)
}
