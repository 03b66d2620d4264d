import { randomUUID } from 'node:crypto'
import { BegunImport, Import, type ImportCursor } from '@gantry/core/api'
import * as z from 'zod'
import { one } from '../api/read.ts'
import type { SentryReleases } from '../sentry/sentry-releases.ts'
import { type Bringing, bringPage, type IssueCounts, noIssues, pageOf } from './bring-issues.ts'
import type { Mapped } from './known-services.ts'

export interface Carrying extends Bringing {
  releases: SentryReleases
  projects: Mapped
  /** Told after each page. */
  progress(line: string): void
}

export interface Brought {
  import: Import
  isResumed: boolean
  releases: number
  /** In this run, by project. */
  issues: Record<string, IssueCounts>
}

const releasesPart = 'releases'
const Added = z.object({ added: z.int() })

/**
 * From where it was left: the server keeps how far it is with each page. A page that was brought in part is listed again, and what is known of
 * it is not.
 */
export async function carryOut(carrying: Carrying): Promise<Brought> {
  const { api, origin, projects, since, progress } = carrying
  const holder = randomUUID()
  const asked = { origin, asked: { projects, since }, holder }
  const { import: begun, isResumed } = await api.post('/imports', asked, one(BegunImport))
  if (isResumed) progress(`goes on with import ${begun.id}, which has ${begun.issues} issues`)
  const held = { ...carrying, importId: begun.id, holder }
  const parts = [releasesPart, ...Object.keys(projects).toSorted()]
  const start = begun.cursor ?? { part: releasesPart, at: '' }
  let releases = 0
  const issues: Record<string, IssueCounts> = {}
  for (const [index, part] of parts.entries()) {
    if (index < parts.indexOf(start.part)) continue
    const from = part === start.part ? start.at : ''
    const after = { part: parts[index + 1] ?? part, at: '' }
    if (part === releasesPart) releases = await bringReleases(from, after, held)
    else issues[part] = await bringProject(part, from, after, held)
  }
  const ended = await api.post(`/imports/${begun.id}/end`, { holder }, one(Import))
  return { import: ended, isResumed, releases, issues }
}

interface Held extends Carrying {
  importId: string
  holder: string
}

async function bringReleases(from: string, after: ImportCursor, held: Held): Promise<number> {
  const { api, releases: there, projects, importId, holder, progress } = held
  const slugs = new Set(Object.keys(projects))
  let count = 0
  for (let at: string | null = from; at !== null; ) {
    const { releases, next } = await there.page(slugs, at)
    const whole = []
    for (const release of releases) whole.push(await there.whole(release))
    at = next === at ? null : next
    const cursor = at === null ? after : { part: releasesPart, at }
    const { added } = await api.post(`/imports/${importId}/releases`, { holder, cursor, releases: whole }, one(Added))
    count += added
    progress(`releases: ${count} new`)
  }
  return count
}

async function bringProject(project: string, from: string, after: ImportCursor, held: Held): Promise<IssueCounts> {
  const counts = noIssues()
  const service = held.projects[project] ?? null
  for (let at: string | null = from; at !== null; ) {
    const { fresh, next } = await pageOf(project, at, counts, held)
    const cursor = next === null ? after : { part: project, at: next }
    await bringPage(fresh, { ...held, cursor, project, service }, counts, held)
    held.progress(`${project}: ${counts.seen} read, ${counts.new} new, ${counts.joined} joined, ${counts.known} known`)
    at = next
  }
  return counts
}
