import { GantryError } from '@gantry/core'
import { namesReferredTo } from '@gantry/core/config'
import type { Mark } from '../environment-files.ts'

/** A service that keeps variables of environments. Only their names leave this folder. */
export interface EnvVendor {
  /** As `--at` names it. */
  key: string
  /** As people say it. */
  name: string
  /** What stands behind the colon of `--at`. */
  place: string
  token: string
  /** Where its API is, unless `apiVariable` names another address. */
  api: string
  apiVariable: string
  /**
   * The names at a place; the value is a mark of the variable's own, or null where the vendor does not tell it.
   * @throws GantryError VENDOR_REFUSED
   */
  names(place: string, ask: Ask, mark: Mark): Promise<Map<string, string | null>>
  /** Where a service of gantry.config.ts has its variables, as `--at` names it; null where its settings do not say. */
  placeOf(deploy: Readonly<Record<string, unknown>>, environment: string): string | null
  /** What a person types to set one, or where it is done. */
  howToSet(name: string, place: string): string
}

/** A name of the settings: with {environment} in it, or one for each. Null as well where a variable of the job says it: `env('NAME')`. */
export function namedIn(said: unknown, environment: string): string | null {
  if (typeof said === 'string')
    return namesReferredTo(said).length > 0 ? null : said.replaceAll('{environment}', environment)
  const own: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, environment) : undefined
  return typeof own === 'string' && namesReferredTo(own).length === 0 ? own : null
}

/** A GET below the vendor's API, with the token; `env` is what else the vendor may want to know. */
export interface Ask {
  (path: string): Promise<unknown>
  env: Readonly<Record<string, string | undefined>>
}

/** Says what a file of a vendor must export. Changes nothing. */
export const defineVendor = (vendor: EnvVendor): EnvVendor => vendor

/** @throws GantryError VENDOR_REFUSED where it does not answer, refuses, or answers something else */
export function askAs(vendor: EnvVendor, token: string, env: Ask['env']): Ask {
  const api = (env[vendor.apiVariable] ?? vendor.api).replace(/\/$/, '')
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${api}${path}`, {
      headers: { accept: 'application/json', authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(30_000),
    }).catch(cause => {
      throw new GantryError('VENDOR_REFUSED', `${vendor.name} could not be reached at ${api}`, { path }, { cause })
    })
    const text = await response.text()
    const where = path.split('?')[0] ?? path
    if (!response.ok) {
      const { status } = response
      throw new GantryError('VENDOR_REFUSED', `${vendor.name} answered ${status} to ${where}: ${reasonIn(text)}`, {
        status,
      })
    }
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new GantryError('VENDOR_REFUSED', `${vendor.name} answered no JSON to ${where}`, {}, { cause })
    }
  }
  return Object.assign(ask, { env })
}

/** `{ error: { message } }` of Vercel, `{ error }` of Fly.io, `{ message }` of Render. */
function reasonIn(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: string | { message?: string }; message?: string }
    const said = typeof error === 'object' ? error.message : (error ?? message)
    return String(said ?? text).slice(0, 300)
  } catch {
    return text.slice(0, 300)
  }
}

/** What a vendor answered where its documents promise something else. */
export const unexpected = (vendor: string, path: string, cause: unknown) =>
  new GantryError('VENDOR_REFUSED', `${vendor} answered something unexpected to ${path}`, {}, { cause })
