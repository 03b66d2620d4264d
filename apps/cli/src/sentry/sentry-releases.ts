import type { ImportedRelease } from '@gantry/core/api'
import * as z from 'zod'
import { momentOf } from './moment-of.ts'
import { readAnswer, type SentryHttp } from './sentry-http.ts'

const text = z.string().nullish().catch(null)
const whole = z.coerce.number().int().min(0).catch(0)

/** Source: https://docs.sentry.io/api/releases/list-an-organizations-releases/ */
const Release = z.object({
  version: z.string().min(1),
  ref: text,
  url: text,
  dateCreated: text,
  dateReleased: text,
  commitCount: whole,
  deployCount: whole,
  projects: z.array(z.object({ slug: z.string() })).catch([]),
})
type Release = z.output<typeof Release>

/** Source: https://docs.sentry.io/api/releases/list-an-organization-releases-commits/ */
const Commit = z.object({
  id: z.string(),
  message: text,
  dateCreated: text,
  author: z.object({ name: text, email: text }).nullish().catch(null),
  repository: z.object({ name: text }).nullish().catch(null),
})

/** Source: https://docs.sentry.io/api/releases/list-a-releases-deploys/ */
const Deploy = z.object({ environment: z.string(), name: text, url: text, dateStarted: text, dateFinished: text })

export interface SentryReleases {
  /** Those of the projects, the newest first. */
  page(projects: ReadonlySet<string>, cursor: string): Promise<{ releases: Release[]; next: string | null }>
  /** With its commits and deployments. */
  whole(release: Release): Promise<ImportedRelease>
}

export function sentryReleases({ ask }: SentryHttp, org: string): SentryReleases {
  const path = `/api/0/organizations/${encodeURIComponent(org)}/releases/`
  const listed = async <T>(release: Release, what: 'commits' | 'deploys', schema: z.ZodType<T>): Promise<T[]> => {
    const { body } = await ask(`${path}${encodeURIComponent(release.version)}/${what}/`)
    return readAnswer(z.array(z.unknown()), body, path).flatMap(one => schema.safeParse(one).data ?? [])
  }
  return {
    async page(projects, cursor) {
      const { body, next } = await ask(`${path}?per_page=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
      const all = readAnswer(z.array(z.unknown()), body, path).flatMap(one => Release.safeParse(one).data ?? [])
      const isOurs = (release: Release) =>
        release.version.length <= 250 && release.projects.some(({ slug }) => projects.has(slug))
      return { releases: all.filter(isOurs), next }
    },
    async whole(release) {
      const commits = release.commitCount > 0 ? await listed(release, 'commits', Commit) : []
      const deploys = release.deployCount > 0 ? await listed(release, 'deploys', Deploy) : []
      return {
        version: release.version,
        sha: commits[0]?.id ?? release.ref ?? null,
        url: release.url ?? null,
        createdAt: momentOf(release.dateCreated) ?? momentOf(release.dateReleased) ?? new Date(0).toISOString(),
        releasedAt: momentOf(release.dateReleased),
        commits: commits.slice(0, 100).map(({ id, message, dateCreated, author, repository }) => ({
          ...{ sha: id, repository: repository?.name ?? null, message: message?.slice(0, 300) ?? null },
          ...{ author: author?.name ?? author?.email ?? null, at: momentOf(dateCreated) },
        })),
        deploys: deploys.slice(0, 100).map(({ environment, name, url, dateStarted, dateFinished }) => ({
          ...{ environment, name: name ?? null, url: url ?? null },
          ...{ startedAt: momentOf(dateStarted), finishedAt: momentOf(dateFinished) },
        })),
      }
    },
  }
}
