import * as z from 'zod'
import { defineVendor, unexpected } from './vendor.ts'

const Page = z.array(
  z.looseObject({ envVar: z.looseObject({ key: z.string(), value: z.string() }), cursor: z.string() }),
)
const pageSize = 100

/** The service. GET /v1/services/{serviceId}/env-vars, by cursor; it tells values, which are marked here and forgotten. */
export const render = defineVendor({
  key: 'render',
  name: 'Render',
  place: '<service id>',
  token: 'RENDER_API_KEY',
  api: 'https://api.render.com',
  apiVariable: 'RENDER_API_URL',
  async names(place, ask, mark) {
    const found = new Map<string, string | null>()
    for (let cursor = ''; ; ) {
      const path = `/v1/services/${encodeURIComponent(place)}/env-vars?limit=${pageSize}${cursor}`
      const page = Page.safeParse(await ask(path))
      if (!page.success) throw unexpected('Render', path, page.error)
      for (const { envVar } of page.data) found.set(envVar.key, envVar.value === '' ? null : mark(envVar.value))
      const last = page.data.at(-1)
      if (!last || page.data.length < pageSize) return found
      cursor = `&cursor=${encodeURIComponent(last.cursor)}`
    }
  },
})
