import type { Site } from '@sitebuilder/site'
import type { SiteStore } from './site-store.ts'

/** A store for tests, with the rules of the real one. */
export function memorySites(now: () => Date = () => new Date(0)): SiteStore {
  const sites = new Map<string, Site>()
  return {
    ping: async () => {},
    list: async () => [...sites.values()].reverse(),
    find: async slug => sites.get(slug),
    create: async draft => {
      if (sites.has(draft.slug)) return undefined
      const site = { ...draft, createdAt: now().toISOString(), published: null }
      sites.set(draft.slug, site)
      return site
    },
    edit: async draft => {
      const site = sites.get(draft.slug)
      if (site) sites.set(draft.slug, { ...site, ...draft })
      return sites.get(draft.slug)
    },
    publish: async slug => {
      const site = sites.get(slug)
      if (site) {
        const version = (site.published?.version ?? 0) + 1
        sites.set(slug, { ...site, published: { version, at: now().toISOString() } })
      }
      return sites.get(slug)
    },
  }
}
