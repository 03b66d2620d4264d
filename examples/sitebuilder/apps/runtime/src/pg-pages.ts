import type { Pool } from 'pg'
import type { Page, PageStore } from './page-store.ts'

const PAGE = `
  select s.slug, p.version, p.title, p.body, p.release
  from publications p join sites s on s.id = p.site_id
  where s.slug = $1 order by p.version desc limit 1`

const VERSIONS = `
  select s.slug, max(p.version) as version
  from publications p join sites s on s.id = p.site_id
  where s.slug = any($1) group by s.slug`

export function pgPages(pool: Pool): PageStore {
  return {
    ping: async () => void (await pool.query('select 1')),
    find: async slug => (await pool.query<Page>(PAGE, [slug])).rows[0],
    versions: async slugs => {
      const { rows } = await pool.query<{ slug: string; version: number }>(VERSIONS, [slugs])
      return new Map(rows.map(row => [row.slug, row.version]))
    },
  }
}
