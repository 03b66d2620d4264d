import { Masker } from '@gantry/runner'

/** Names that say themselves that their value is nobody's business. */
const secretName = /TOKEN|SECRET|PASSW|PRIVATE|CREDENTIAL|_KEY$|^KEY$|_DSN$/i
/** An address that anybody may come in by who reads it. */
const withPassword = /^[\w+.-]+:\/\/[^/@\s]*:([^/@\s]+)@/

/**
 * Takes the secrets of a job out of what leaves it: the server stores none, and what a vendor or a command says may quote one.
 * @param more names the config says are secret
 */
export function maskedBy(env: Readonly<Record<string, string | undefined>>, more: readonly string[] = []) {
  const masker = new Masker()
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < leastLength) continue
    if (secretName.test(name) || more.includes(name)) masker.add(value)
    const [, password] = withPassword.exec(value) ?? []
    if (password !== undefined) for (const secret of [value, password]) masker.add(secret)
  }
  return <T>(value: T): T => masked(value, text => masker.mask(text))
}

/** A shorter value is a word that anything may contain. */
const leastLength = 6

/** All texts in it, at whatever depth. */
function masked<T>(value: T, mask: (text: string) => string): T
function masked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map(each => masked(each, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each, mask)]))
}
