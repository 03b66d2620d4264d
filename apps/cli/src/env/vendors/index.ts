import type { EnvironmentNames } from '@gantry/core/env'
import { CalledWrongly } from '../../command/called-wrongly.ts'
import type { Mark } from '../environment-files.ts'
import { fly } from './fly.ts'
import { render } from './render.ts'
import { askAs, type EnvVendor } from './vendor.ts'
import { vercel } from './vercel.ts'

/** Every vendor `--at` knows; a new one is a file here and a line in this list. */
export const envVendors: readonly EnvVendor[] = [vercel, fly, render]

/** Where an environment, or one service of it, keeps its variables. */
export interface EnvPlace {
  environment: string
  service: string | null
  vendor: EnvVendor
  place: string
}

/**
 * `production=fly:shop-api` or `production/backend=fly:shop-api`.
 * @throws CalledWrongly
 */
export function readPlace(text: string): EnvPlace {
  const [, environment = '', service = null, key = '', place = ''] =
    /^([a-z][a-z0-9-]*)(?:\/([a-z][a-z0-9-]*))?=([a-z]+):(.+)$/.exec(text) ?? []
  const vendor = envVendors.find(each => each.key === key)
  if (vendor) return { environment, service, vendor, place }
  const forms = envVendors.map(each => `${each.key}:${each.place}`).join(', ')
  throw new CalledWrongly(
    `--at: expected <environment>[/<service>]=<vendor>:<place>, got "${text}"`,
    `Vendors and places: ${forms}.`,
  )
}

/** @throws CalledWrongly without the vendor's token; GantryError VENDOR_REFUSED */
export async function namesAt(
  { environment, service, vendor, place }: EnvPlace,
  env: Readonly<Record<string, string | undefined>>,
  mark: Mark,
): Promise<EnvironmentNames> {
  const token = env[vendor.token]
  if (!token)
    throw new CalledWrongly(`--at ${vendor.key}: expected ${vendor.token}`, 'A token that may read is enough.')
  const names = await vendor.names(place, askAs(vendor, token, env), mark)
  return { environment, service, source: `${vendor.name} ${place}`, names }
}
