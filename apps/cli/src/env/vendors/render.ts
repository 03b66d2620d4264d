import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { type Ask, defineVendor, namedIn, unexpected } from './vendor.ts'

const Page = z.array(
  z.looseObject({ envVar: z.looseObject({ key: z.string(), value: z.string() }), cursor: z.string() }),
)
const pageSize = 100

const Services = z.array(z.looseObject({ service: z.looseObject({ id: z.string(), name: z.string() }) }))

/** The service, by its id or its name. GET /v1/services/{serviceId}/env-vars, by cursor; it tells values, which are marked here and forgotten. */
export const render = defineVendor({
  key: 'render',
  name: 'Render',
  place: '<service>',
  token: 'RENDER_API_KEY',
  api: 'https://api.render.com/v1',
  apiVariable: 'RENDER_API_URL',
  async names(place, ask, mark) {
    const found = new Map<string, string | null>()
    const id = await idOf(place, ask)
    for (let cursor = ''; ; ) {
      const path = `/services/${encodeURIComponent(id)}/env-vars?limit=${pageSize}${cursor}`
      const page = Page.safeParse(await ask(path))
      if (!page.success) throw unexpected('Render', path, page.error)
      for (const { envVar } of page.data) found.set(envVar.key, envVar.value === '' ? null : mark(envVar.value))
      const last = page.data.at(-1)
      if (!last || page.data.length < pageSize) return found
      cursor = `&cursor=${encodeURIComponent(last.cursor)}`
    }
  },
  placeOf: ({ service }, environment) => namedIn(service, environment),
  howToSet: (name, place) => `Render → ${place} → Environment → add ${name}.`,
})

async function idOf(place: string, ask: Ask): Promise<string> {
  if (place.startsWith('srv-')) return place
  const path = `/services?name=${encodeURIComponent(place)}`
  const read = Services.safeParse(await ask(path))
  if (!read.success) throw unexpected('Render', path, read.error)
  const found = read.data.find(({ service }) => service.name === place)
  if (found) return found.service.id
  throw new GantryError('VENDOR_REFUSED', `Render has no service "${place}" that RENDER_API_KEY sees`, { place })
}
