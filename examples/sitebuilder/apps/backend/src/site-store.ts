import type { Draft, Site } from '@sitebuilder/site'

/** Where sites are kept: Postgres in `pg-sites.ts`, memory in the tests. */
export type SiteStore = {
  /** @throws when the store cannot answer. */
  ping(): Promise<void>
  /** The newest first, at most 100. */
  list(): Promise<Site[]>
  find(slug: string): Promise<Site | undefined>
  /** `undefined` when the slug is taken. */
  create(draft: Draft): Promise<Site | undefined>
  /** Changes all but the slug; `undefined` when there is no such site. */
  edit(draft: Draft): Promise<Site | undefined>
  /** Shows visitors the site as it is now, under the next version; `undefined` when there is no such site. */
  publish(slug: string): Promise<Site | undefined>
}
