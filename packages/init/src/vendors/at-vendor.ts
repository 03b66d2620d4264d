import { atFly } from './at-fly.ts'
import { atRender } from './at-render.ts'
import { atVercel } from './at-vercel.ts'
import type { AtVendor, OfService } from './vendor-file.ts'

/** The vendor whose files name the service; a file in its own folder comes before one at the top. Undefined where there is none. */
export const atVendor = (service: OfService): AtVendor | undefined =>
  atFly(service) ?? atRender(service) ?? atVercel(service)

/** Providers that hold no preview of a pull request. */
export const withoutPreviews: readonly string[] = ['command']

/** Secrets that a job needs to deploy to a provider. */
export const secretsOf: Readonly<Record<string, readonly string[]>> = {
  fly: ['FLY_API_TOKEN'],
  render: ['RENDER_API_KEY'],
  vercel: ['VERCEL_TOKEN'],
  supabase: ['DATABASE_URL'],
}
