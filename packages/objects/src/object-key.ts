import { GantryError, isObjectKey } from '@gantry/core'

/** @throws GantryError BAD_REQUEST */
export function requireKey(key: string): string {
  if (isObjectKey(key)) return key
  const rule = 'names of letters, digits, dots, dashes and underscores with / between them'
  throw new GantryError('BAD_REQUEST', `expected a key of ${rule}, got "${key}"`)
}
