import * as z from 'zod'
import { type ActName, acts, placedScopes, scopeWords } from './acts.ts'

const isPlaced = (word: string): boolean => placedScopes.some(placed => placed === word)

/** What a program's token may do: `read`, or with a place `deploy:staging`. */
export const TokenScope = z
  .string()
  .max(80)
  .refine(
    text => {
      const [word = '', place, ...more] = text.split(':')
      if (more.length > 0 || !scopeWords.some(known => known === word)) return false
      return isPlaced(word) ? /^[\w-]+$/.test(place ?? '') : place === undefined
    },
    { error: `expected ${scopeWords.map(word => (isPlaced(word) ? `${word}:<environment>` : word)).join(', ')}` },
  )

/**
 * Whether scopes cover an act. An act of one environment needs the scope for that very one; `environment` is undefined where
 * the request names none, which no placed scope covers.
 */
export function scopesCover(scopes: readonly string[], act: ActName, environment: string | undefined): boolean {
  const { scope } = acts[act]
  if (scope === null) return false
  if (!isPlaced(scope)) return scopes.includes(scope)
  return environment !== undefined && scopes.includes(`${scope}:${environment}`)
}

/** Whether some environment's scope would cover the act: asked before the request is read. */
export function scopesReach(scopes: readonly string[], act: ActName): boolean {
  const { scope } = acts[act]
  return scope !== null && scopes.some(text => text === scope || (isPlaced(scope) && text.startsWith(`${scope}:`)))
}
