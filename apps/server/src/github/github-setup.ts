import { createHash, timingSafeEqual } from 'node:crypto'
import { GantryError, type GitHubConnection, type Store, whyAppRests, whyUnasked } from '@gantry/core'
import type { GitHubView } from '@gantry/core/api'
import { appManifest, convertManifestCode, type GitHubClient } from '@gantry/github'
import * as z from 'zod'
import { newSecret } from '../access/access.ts'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { Secrets } from '../secret/secrets.ts'
import { type GitHubAccess, githubSecrets } from './github-access.ts'

export interface GitHubSetupParts {
  project: string
  store: Pick<Store, 'github' | 'projects'>
  secrets: Secrets
  github: GitHubAccess
  record: Chronicle
  /** Address of this server. */
  url(): string
  pages(): string
  now(): Date
  /** What else keeps things from going on. */
  problems(): Promise<string[]>
  /** The connection is another now. */
  onChanged(): void
}

/** Who may make the App, until when: the link to its page carries the secret of it. */
const Making = z.object({
  hash: z.string(),
  until: z.iso.datetime(),
  by: z.string(),
  organization: z.string().nullable(),
})
const makingSetting = 'github-setup'
const makingLifeMs = 3_600_000

const Repository = z.looseObject({ id: z.int(), full_name: z.string() })

/** How a project comes to be connected with its repository on GitHub, and is taken apart again. */
export class GitHubSetup {
  readonly #parts: GitHubSetupParts

  constructor(parts: GitHubSetupParts) {
    this.#parts = parts
  }

  /**
   * Trusts the jobs of a repository; with a token also asks GitHub with that. Answers where the App is made otherwise.
   * @throws GantryError VENDOR_REFUSED when the token does not see the repository
   */
  async connect(asked: {
    repository: string
    token: string | null
    organization: string | null
    by: string
  }): Promise<{ page: string | null }> {
    const { project, store, record, now, onChanged, github } = this.#parts
    const { repository, token, by } = asked
    const seen =
      token === null
        ? null
        : await seenRepository(
            github.with(async () => token),
            repository,
          )
    const former = await github.connection()
    const isSame = former?.repository.toLowerCase() === repository.toLowerCase()
    const kept = { app: isSame ? (former?.app ?? null) : null, hasToken: token !== null || (isSame && former.hasToken) }
    const at = { connectedAt: now().toISOString(), connectedBy: by }
    const repositoryId = seen?.id ?? (isSame ? former.repositoryId : null)
    if (!isSame) await this.#forgetSecrets(by)
    if (token !== null) await this.#setOwn(githubSecrets.token, token, by)
    const connection = { repository: seen?.full_name ?? repository, repositoryId, ...kept, ...at }
    await store.github.saveConnection(project, connection)
    await record({
      actor: by,
      action: 'github.connected',
      subject: connection.repository,
      evidence: { by: byOf(connection) },
    })
    onChanged()
    return { page: token === null ? await this.#newPage(by, asked.organization) : null }
  }

  async disconnect(by: string): Promise<void> {
    const { project, store, record, github, onChanged } = this.#parts
    const connection = await github.connection()
    if (!connection) throw new GantryError('GITHUB_NOT_CONNECTED', `${project} is not connected with GitHub`)
    await this.#forgetSecrets(by)
    await store.github.removeConnection(project)
    await record({ actor: by, action: 'github.disconnected', subject: connection.repository })
    onChanged()
  }

  /** What the page hands to GitHub, and where. @throws GantryError GITHUB_LINK_LAPSED */
  async manifestFor(secret: string): Promise<{ action: string; manifest: string; repository: string }> {
    const { project, github, url, pages } = this.#parts
    const { organization } = await this.#making(secret)
    const connection = await github.connection()
    const owner = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`
    const state = encodeURIComponent(stateOf(project, secret))
    const manifest = appManifest({
      project,
      url: pages(),
      hookUrl: this.#hookAddress(),
      madeUrl: `${url()}/github/made`,
      installedUrl: pages(),
    })
    return {
      action: `${github.place.url}${owner}/settings/apps/new?state=${state}`,
      manifest: JSON.stringify(manifest),
      repository: connection?.repository ?? '',
    }
  }

  /**
   * GitHub made the App: its key and secret are fetched, sealed and kept. Answers where it is installed.
   * @throws GantryError GITHUB_LINK_LAPSED, VENDOR_REFUSED
   */
  async appMade(secret: string, code: string): Promise<string> {
    const { project, store, github, record, onChanged } = this.#parts
    const { by } = await this.#making(secret)
    const connection = await github.connection()
    if (!connection) throw new GantryError('GITHUB_NOT_CONNECTED', `${project} was disconnected meanwhile`)
    // Once: whoever comes with the same link again makes no other App.
    await store.projects.saveSetting(project, makingSetting, null)
    const app = await convertManifestCode(github.with(null), code)
    await this.#setOwn(githubSecrets.appKey, app.privateKey, by)
    await this.#setOwn(githubSecrets.webhook, app.webhookSecret, by)
    const { id, slug } = app
    await store.github.saveConnection(project, {
      ...connection,
      app: { id, slug, installationId: null, isSuspended: false },
    })
    await record({ actor: by, action: 'github.changed', subject: connection.repository, evidence: { app: slug } })
    onChanged()
    return this.#installPage(slug)
  }

  /** Asks GitHub where the App is installed, and which repository it is. Nothing is written when it is as it was. */
  async lookAtInstallation(): Promise<GitHubConnection | null> {
    const { project, store, github, onChanged } = this.#parts
    const before = await github.connection()
    if (!before?.app) return before
    const found = await github.installation(before)
    const app = { ...before.app, installationId: found?.id ?? null, isSuspended: found?.isSuspended ?? false }
    const isSame = app.installationId === before.app.installationId && app.isSuspended === before.app.isSuspended
    if (!isSame) await store.github.saveConnection(project, { ...before, app })
    if (!isSame) onChanged()
    return before.repositoryId === null && app.installationId !== null ? this.#identify() : { ...before, app }
  }

  /** As GitHub says it is now; that GitHub cannot be asked is one of the problems. */
  async view(): Promise<GitHubView> {
    const refusals = await this.lookAtInstallation().then(() => [], refusalIn)
    const { project, store, secrets, github, pages, problems } = this.#parts
    const connection = await github.connection()
    const isSigned = (await secrets.own(project, githubSecrets.webhook)) !== null
    const app = connection?.app ?? null
    return {
      repository: connection?.repository ?? null,
      by: connection ? byOf(connection) : 'nothing',
      app: app && {
        slug: app.slug,
        isInstalled: app.installationId !== null,
        installPage: this.#installPage(app.slug),
      },
      hook: { address: this.#hookAddress(), isSigned, lastAt: await store.github.lastDelivery(project) },
      audience: pages(),
      issuer: github.place.issuer,
      problems: [...refusals, ...problemsOf(connection), ...(await problems())],
    }
  }

  /** From now on a repository that takes the place of this one is another. */
  async #identify(): Promise<GitHubConnection | null> {
    const { project, store, github } = this.#parts
    const connected = await github.connected()
    if (!connected) return null
    const seen = await seenRepository(connected.client, connected.connection.repository)
    const connection = { ...connected.connection, repository: seen.full_name, repositoryId: seen.id }
    await store.github.saveConnection(project, connection)
    return connection
  }

  async #newPage(by: string, organization: string | null): Promise<string> {
    const { project, store, now, url } = this.#parts
    const secret = newSecret()
    const until = new Date(now().getTime() + makingLifeMs).toISOString()
    const making: z.output<typeof Making> = { hash: hashOf(secret), until, by, organization }
    await store.projects.saveSetting(project, makingSetting, making)
    return `${url()}/github/new?state=${encodeURIComponent(stateOf(project, secret))}`
  }

  async #making(secret: string): Promise<z.output<typeof Making>> {
    const { project, store, now } = this.#parts
    const making = Making.safeParse(await store.projects.setting(project, makingSetting)).data
    const isGood = making && making.until > now().toISOString() && isSameHash(making.hash, hashOf(secret))
    if (isGood) return making
    throw new GantryError('GITHUB_LINK_LAPSED', 'this link to make an App was used, is older than an hour, or is none')
  }

  async #forgetSecrets(by: string): Promise<void> {
    for (const secret of Object.values(githubSecrets)) await this.#setOwn(secret, null, by)
  }

  async #setOwn(secret: (typeof githubSecrets)[keyof typeof githubSecrets], value: string | null, by: string) {
    await this.#parts.secrets.setOwn(this.#parts.project, secret, value, by)
  }

  #hookAddress = () => `${this.#parts.url()}/webhooks/github/${this.#parts.project}`
  #installPage = (slug: string) => `${this.#parts.github.place.url}/apps/${slug}/installations/new`
}

/** The project and the secret, as one word of an address. */
const stateOf = (project: string, secret: string): string => `${project}.${secret}`

/** Null when it is none. */
export function readState(state: string): { project: string; secret: string } | null {
  const [, project, secret] = /^([a-z][a-z0-9-]*)\.([\w-]+)$/.exec(state) ?? []
  return project !== undefined && secret !== undefined ? { project, secret } : null
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const isSameHash = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))

async function seenRepository(client: Pick<GitHubClient, 'get'>, repository: string) {
  const seen = await client.get(`/repos/${repository}`)
  if (seen === null) throw new GantryError('VENDOR_REFUSED', `GitHub shows no repository ${repository} to this token`)
  return Repository.parse(seen)
}

function refusalIn(cause: unknown): string[] {
  if (cause instanceof GantryError && cause.code === 'VENDOR_REFUSED') return [cause.message]
  throw cause
}

const byOf = (connection: GitHubConnection): GitHubView['by'] =>
  connection.app && whyAppRests(connection) === null ? 'app' : connection.hasToken ? 'token' : 'nothing'

/** An App that rests is said though a token takes its place: webhooks and rules are the App's. */
const problemsOf = (connection: GitHubConnection | null): string[] => {
  const problem = connection && (whyAppRests(connection) ?? whyUnasked(connection))
  return problem === null ? [] : [problem]
}
