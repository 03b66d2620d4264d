import * as z from 'zod'

/**
 * Names of the variables and secrets that services are started with, by service. With each a salted hash of its value, or the digest
 * the vendor gives of it; null where nobody tells one. Never a value.
 */
export const EnvFingerprint = z.record(z.string(), z.record(z.string(), z.string().nullable()))
export type EnvFingerprint = z.output<typeof EnvFingerprint>

export const EnvChange = z.object({
  service: z.string(),
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
})
export type EnvChange = z.output<typeof EnvChange>

/** How the variables of two releases, or of two environments, differ. */
export const ComparedEnv = z.object({
  from: z.string().describe('the environment of the first'),
  to: z.string().describe('the environment of the second; the same: values are compared, else names only'),
  changes: z.array(EnvChange),
})
export type ComparedEnv = z.output<typeof ComparedEnv>

/**
 * What is another in `after` than in `before`, by name. A service that only one of them knows is no change of its variables, and
 * a value is another only where both have a trace of it.
 */
export function envChanges(before: EnvFingerprint, after: EnvFingerprint): EnvChange[] {
  return Object.keys(before).flatMap(service => {
    const [was, is] = [before[service] ?? {}, after[service]]
    if (is === undefined) return []
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted()
    return names.flatMap(name => {
      const change = changeOf(was[name], is[name])
      return change === null ? [] : [{ service, name, change }]
    })
  })
}

/** The same between two environments, where every value may well be another: only names count. */
export const envNameChanges = (before: EnvFingerprint, after: EnvFingerprint): EnvChange[] =>
  envChanges(before, after).filter(({ change }) => change !== 'changed')

function changeOf(was: string | null | undefined, is: string | null | undefined): EnvChange['change'] | null {
  if (was === undefined) return 'added'
  if (is === undefined) return 'removed'
  return was === null || is === null || was === is ? null : 'changed'
}

/** @example 'api: KEY changed, URL added; web: FLAG removed' */
export const envChangesInWords = (changes: readonly EnvChange[]): string =>
  [...Map.groupBy(changes, ({ service }) => service)]
    .map(([service, own]) => `${service}: ${own.map(({ name, change }) => `${name} ${change}`).join(', ')}`)
    .join('; ')
