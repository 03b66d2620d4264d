import { GantryError, type NamedCommit, type NamedRelease } from '@gantry/core'
import * as z from 'zod'
import { provenBy } from '../../../access/route-access.ts'
import type { Api } from '../../route.ts'
import { requireOwn, type SentryApiParts, type Uploader, uploaderIn } from './uploader.ts'

const access = provenBy('token of the project')
const tags = ['sentry']
const instant = z.iso.datetime({ offset: true }).nullish()
const text = (most: number) => z.string().max(most).nullish()
const Version = z.string().trim().min(1).max(250)
const listed = 100
const mostCommits = 1_000

const Commit = z.looseObject({
  id: z.string().min(1).max(64),
  repository: text(200),
  message: text(100_000),
  author_name: text(200),
  timestamp: text(64),
})
const Ref = z.looseObject({ repository: z.string().max(200), commit: z.string().max(200), previousCommit: text(200) })
const Said = z.looseObject({
  projects: z.array(z.string().max(100)).max(100).nullish(),
  url: text(2_000),
  ref: text(250),
  dateReleased: instant,
  commits: z.array(Commit).max(mostCommits).nullish(),
  refs: z.array(Ref).max(100).nullish(),
})
const Deploy = z.looseObject({
  environment: z.string().min(1).max(64),
  name: text(200),
  url: text(2_000),
  dateStarted: instant,
  dateFinished: instant,
})
const one = z.looseObject({ version: Version })

/** Releases by the names of clients. Old paths name a project, new ones an organization alone. */
export function releaseRoutes(app: Api, parts: SentryApiParts): void {
  for (const path of ['/api/0/organizations/:org/releases/', '/api/0/projects/:org/:slug/releases/']) {
    app.get(
      path,
      { access, schema: { tags, summary: 'Releases that builds named, the newest first' } },
      async request => {
        const { context } = await uploaderIn(request, parts)
        return (await context.store.namedReleases.list(context.stored.name, listed)).map(shown(context))
      },
    )
    app.post(
      path,
      { access, schema: { tags, summary: 'Name a release', body: Said.extend({ version: Version }) } },
      async (request, reply) => {
        const { release, isNew, context } = await say(
          request.body.version,
          request.body,
          await uploaderIn(request, parts),
          parts,
        )
        return reply.status(isNew ? 201 : 208).send(shown(context)(release))
      },
    )
    oneRelease(app, `${path}:version/`, parts)
    deployRoutes(app, `${path}:version/deploys/`, parts)
  }
  app.get(
    '/api/0/organizations/:org/repos/',
    { access, schema: { tags, summary: 'Repositories: its own' } },
    async request => {
      const { context } = await uploaderIn(request, parts)
      const { stored, store } = context
      const onGitHub = await store.github.connection(stored.name)
      // sentry-cli takes no commit of a repository that is not among these.
      return [stored.name, ...(onGitHub ? [onGitHub.repository] : [])].map((name, index) => ({
        ...{ id: String(index + 1), name, provider: { id: 'git', name: 'git' }, status: 'active', url: null },
        dateCreated: stored.createdAt,
      }))
    },
  )
}

function oneRelease(app: Api, path: string, parts: SentryApiParts): void {
  app.get(path, { access, schema: { tags, summary: 'A release by its name', params: one } }, async request => {
    const uploader = await uploaderIn(request, parts)
    return shown(uploader.context)(await named(request.params.version, uploader))
  })
  app.put(
    path,
    { access, schema: { tags, summary: 'Say more of a release', params: one, body: Said } },
    async request => {
      const { release, context } = await say(
        request.params.version,
        request.body,
        await uploaderIn(request, parts),
        parts,
      )
      return shown(context)(release)
    },
  )
  app.delete(path, { access, schema: { tags, summary: 'Forget a release', params: one } }, async (request, reply) => {
    const { context } = await uploaderIn(request, parts)
    if (!(await context.store.namedReleases.remove(context.stored.name, request.params.version)))
      throw unknown(request.params.version)
    return reply.status(204).send()
  })
  app.get(
    `${path}previous-with-commits/`,
    { access, schema: { tags, summary: 'The release before it whose commits are known', params: one } },
    async request => {
      const { context } = await uploaderIn(request, parts)
      const all = await context.store.namedReleases.list(context.stored.name, listed)
      const before = all.slice(all.findIndex(({ version }) => version === request.params.version) + 1)
      const found = before.find(({ commits }) => commits.length > 0)
      return found ? shown(context)(found) : {}
    },
  )
}

function deployRoutes(app: Api, path: string, parts: SentryApiParts): void {
  app.get(path, { access, schema: { tags, summary: 'Where a release was put', params: one } }, async request => {
    const release = await named(request.params.version, await uploaderIn(request, parts))
    return release.deploys.map(deployShown)
  })
  app.post(
    path,
    { access, schema: { tags, summary: 'Say where a release was put', params: one, body: Deploy } },
    async (request, reply) => {
      const uploader = await uploaderIn(request, parts)
      const { version } = await named(request.params.version, uploader)
      const { environment, name = null, url = null, dateStarted = null, dateFinished = null } = request.body
      const deploy = {
        environment,
        name,
        url,
        startedAt: dateStarted,
        finishedAt: dateFinished ?? parts.now().toISOString(),
      }
      const { store, stored } = uploader.context
      await store.namedReleases.say(stored.name, version, { deploy }, parts.now().toISOString())
      return reply.status(201).send(deployShown(deploy))
    },
  )
}

async function say(
  version: string,
  { projects, url, ref, dateReleased, commits, refs }: z.output<typeof Said>,
  { context }: Uploader,
  { now }: SentryApiParts,
) {
  requireOwn(context, projects ?? [])
  const said = commits ? commits.map(commitOf) : refs?.flatMap(refOf)
  const sha = commits?.[0]?.id ?? refs?.[0]?.commit ?? ref
  const { store, stored } = context
  const outcome = await store.namedReleases.say(
    stored.name,
    version,
    {
      ...(sha && { sha }),
      ...(url && { url }),
      ...(dateReleased && { releasedAt: new Date(dateReleased).toISOString() }),
      ...(said && { commits: said }),
    },
    now().toISOString(),
  )
  return { ...outcome, context }
}

const commitOf = ({
  id,
  repository = null,
  message = null,
  author_name = null,
  timestamp = null,
}: z.output<typeof Commit>): NamedCommit => ({
  ...{ sha: id, repository, message: message?.slice(0, 2_000) ?? null, author: author_name, at: timestamp },
})

/** From the commit before to this one: what lies between is in the repository. */
const refOf = ({ repository, commit, previousCommit }: z.output<typeof Ref>): NamedCommit[] =>
  [commit, previousCommit].flatMap(sha => (sha ? [{ sha, repository, message: null, author: null, at: null }] : []))

async function named(version: string, { context }: Uploader): Promise<NamedRelease> {
  const release = await context.store.namedReleases.get(context.stored.name, version)
  if (release) return release
  throw unknown(version)
}

const unknown = (version: string) => new GantryError('NOT_FOUND', `no release ${version.slice(0, 100)}`)

/** As sentry-cli reads it. */
const shown =
  ({ stored }: Uploader['context']) =>
  ({ version, url, sha, commits, deploys, createdAt, releasedAt }: NamedRelease) => ({
    ...{
      version,
      shortVersion: version,
      url,
      ref: sha,
      status: 'open',
      dateCreated: createdAt,
      dateReleased: releasedAt,
    },
    ...{ newGroups: 0, firstEvent: null, lastEvent: null, commitCount: commits.length, deployCount: deploys.length },
    lastCommit: sha === null ? null : { id: sha, message: commits[0]?.message ?? null },
    projects: [{ id: stored.number, slug: stored.name, name: stored.title || stored.name }],
  })

const deployShown = (
  { environment, name, url, startedAt, finishedAt }: NamedRelease['deploys'][number],
  index = 0,
) => ({
  ...{ id: String(index + 1), environment, name, url, dateStarted: startedAt, dateFinished: finishedAt },
})
