import * as z from 'zod'
import { defineVendor, namedIn, unexpected } from './vendor.ts'

const Secrets = z.looseObject({ secrets: z.array(z.looseObject({ name: z.string() })) })

/** The app. Machines API: GET /v1/apps/{app_name}/secrets. Outside of the app's own machines it tells names and digests only. */
export const fly = defineVendor({
  key: 'fly',
  name: 'Fly.io',
  place: '<app>',
  token: 'FLY_API_TOKEN',
  api: 'https://api.machines.dev',
  apiVariable: 'FLY_API_HOSTNAME',
  async names(place, ask) {
    const path = `/v1/apps/${encodeURIComponent(place)}/secrets`
    const read = Secrets.safeParse(await ask(path))
    if (!read.success) throw unexpected('Fly.io', path, read.error)
    return new Map(read.data.secrets.map(({ name }) => [name, null]))
  },
  placeOf: ({ app }, environment) => namedIn(app, environment),
  howToSet: (name, place) => `fly secrets set ${name}=… -a ${place}`,
})
