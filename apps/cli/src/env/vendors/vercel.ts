import * as z from 'zod'
import { type Ask, defineVendor, namedIn, unexpected } from './vendor.ts'

const Page = z.looseObject({
  envs: z.array(
    z.looseObject({
      key: z.string(),
      target: z.union([z.string(), z.array(z.string())]).optional(),
      customEnvironmentIds: z.array(z.string()).optional(),
    }),
  ),
  pagination: z.looseObject({ next: z.union([z.number(), z.string()]).nullish() }).optional(),
})
const Custom = z.looseObject({ environments: z.array(z.looseObject({ id: z.string(), slug: z.string() })) })
const ownTargets = ['production', 'preview', 'development']

/**
 * `web`, `web/preview`, `web/<custom environment>`: the project, and which of its environments; production when left out.
 * REST API: GET /v10/projects/{idOrName}/env and GET /v9/projects/{idOrName}/custom-environments. Values of secrets come
 * encrypted, so they are not compared.
 */
export const vercel = defineVendor({
  key: 'vercel',
  name: 'Vercel',
  place: '<project>[/<environment>]',
  token: 'VERCEL_TOKEN',
  api: 'https://api.vercel.com',
  apiVariable: 'VERCEL_API_URL',
  async names(place, ask) {
    const [project = '', target = 'production'] = place.split('/')
    const id = ownTargets.includes(target) ? null : await customId(project, target, ask)
    const found = new Map<string, null>()
    for (let until: string | null = ''; until !== null; ) {
      const path = `/v10/projects/${encodeURIComponent(project)}/env?${scope(ask)}${until}`
      const page = Page.safeParse(await ask(path))
      if (!page.success) throw unexpected('Vercel', path, page.error)
      for (const { key, target: targets = [], customEnvironmentIds = [] } of page.data.envs) {
        if (id === null ? [targets].flat().includes(target) : customEnvironmentIds.includes(id)) found.set(key, null)
      }
      const next = page.data.pagination?.next
      until = next ? `&until=${next}` : null
    }
    return found
  },
  placeOf({ project, aliases }, environment) {
    const name = namedIn(project, environment)
    // Behind an alias is a preview of the project, else its production.
    return name !== null && namedIn(aliases, environment) !== null ? `${name}/preview` : name
  },
  howToSet(name, place) {
    const [project = '', target = 'production'] = place.split('/')
    return `vercel env add ${name} ${target}, where ${project} is linked`
  },
})

async function customId(project: string, slug: string, ask: Ask): Promise<string> {
  const path = `/v9/projects/${encodeURIComponent(project)}/custom-environments?${scope(ask)}`
  const read = Custom.safeParse(await ask(path))
  if (!read.success) throw unexpected('Vercel', path, read.error)
  const own = read.data.environments.find(each => each.slug === slug)
  if (own) return own.id
  const known = [...ownTargets, ...read.data.environments.map(each => each.slug)]
  throw unexpected('Vercel', `${project}: it has ${known.join(', ')}, not "${slug}"`, undefined)
}

/** A team's projects are asked for by its id, a person's own without. */
function scope({ env }: Ask): string {
  const owner = env['VERCEL_ORG_ID'] ?? ''
  return owner.startsWith('team_') ? `teamId=${owner}` : ''
}
