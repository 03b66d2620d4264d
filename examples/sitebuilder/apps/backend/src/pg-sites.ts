import type { Site } from '@sitebuilder/site'
import { DatabaseError, type Pool } from 'pg'
import type { SiteStore } from './site-store.ts'

type Row = {
  slug: string
  name: string
  title: string
  body: string
  created_at: Date
  version: number | null
  published_at: Date | null
}

const SITES = `
  select s.slug, s.name, s.title, s.body, s.created_at, p.version, p.published_at
  from sites s
  left join lateral (
    select version, published_at from publications where site_id = s.id order by version desc limit 1
  ) p on true`

// One statement, so it is one transaction on any pooler. Two people publishing at once pick the same version;
// the primary key stops the second, which tries again.
const PUBLISH = `
  insert into publications (site_id, version, title, body, release)
  select s.id, coalesce((select max(version) from publications where site_id = s.id), 0) + 1, s.title, s.body, $2
  from sites s where s.slug = $1`

const PUBLISH_ATTEMPTS = 5
const UNIQUE_VIOLATION = '23505'

export function pgSites(pool: Pool, release: string | undefined): SiteStore {
  const find = async (slug: string) => {
    const { rows } = await pool.query<Row>(`${SITES} where s.slug = $1`, [slug])
    return rows[0] && toSite(rows[0])
  }
  return {
    ping: async () => void (await pool.query('select 1')),
    list: async () =>
      (await pool.query<Row>(`${SITES} order by s.created_at desc, s.id desc limit 100`)).rows.map(toSite),
    find,
    create: async ({ slug, name, title, body }) => {
      const { rowCount } = await pool.query(
        'insert into sites (slug, name, title, body) values ($1, $2, $3, $4) on conflict (slug) do nothing',
        [slug, name, title, body],
      )
      return rowCount ? find(slug) : undefined
    },
    edit: async ({ slug, name, title, body }) => {
      await pool.query('update sites set name = $2, title = $3, body = $4, updated_at = now() where slug = $1', [
        slug,
        name,
        title,
        body,
      ])
      return find(slug)
    },
    publish: async slug => {
      await insertPublication(pool, slug, release ?? null)
      return find(slug)
    },
  }
}

async function insertPublication(pool: Pool, slug: string, release: string | null, attempt = 1): Promise<void> {
  try {
    await pool.query(PUBLISH, [slug, release])
  } catch (error) {
    const isRace = error instanceof DatabaseError && error.code === UNIQUE_VIOLATION
    if (!isRace || attempt === PUBLISH_ATTEMPTS) throw error
    await insertPublication(pool, slug, release, attempt + 1)
  }
}

function toSite({ slug, name, title, body, created_at, version, published_at }: Row): Site {
  const published = version !== null && published_at !== null ? { version, at: published_at.toISOString() } : null
  return { slug, name, title, body, createdAt: created_at.toISOString(), published }
}
