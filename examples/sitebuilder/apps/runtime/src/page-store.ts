/** A page as visitors see it. */
export type Page = { slug: string; version: number; title: string; body: string; release: string | null }

/** Where published pages are read: Postgres in `pg-pages.ts`, memory in the tests. */
export type PageStore = {
  /** @throws when the store cannot answer. */
  ping(): Promise<void>
  /** The latest publication; `undefined` when the site does not exist or was never published. */
  find(slug: string): Promise<Page | undefined>
  /** The latest version of each page that has one. */
  versions(slugs: string[]): Promise<Map<string, number>>
}
