import type { Log } from '@sitebuilder/service'
import type { SiteStore } from './site-store.ts'

export type Deps = {
  sites: SiteStore
  log: Log
  /** Called with errors nobody expected; they become issues. */
  report: (error: unknown, route: string) => void
  release: string | undefined
}
