import type { Page, PageStore } from './page-store.ts'

/** A store for tests; `put` stands for somebody publishing. */
export function memoryPages(...first: Page[]) {
  const pages = new Map(first.map(page => [page.slug, page]))
  const store: PageStore = {
    ping: async () => {},
    find: async slug => pages.get(slug),
    versions: async slugs =>
      new Map(slugs.flatMap(slug => (pages.has(slug) ? [[slug, pages.get(slug)?.version ?? 0]] : []))),
  }
  return { ...store, put: (page: Page) => void pages.set(page.slug, page) }
}
