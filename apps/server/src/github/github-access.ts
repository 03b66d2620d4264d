import { GantryError, type GitHubConnection, type GitHubPlace, placeOfGitHub, type Store } from '@gantry/core'
import { appClient, type GitHubClient, githubClient, installationOf, installationTokens } from '@gantry/github'
import type { OwnSecret, Secrets } from '../secret/secrets.ts'

const place = '@github'
export const githubSecrets = {
  /** PEM of the App's key. */
  appKey: { place, name: 'APP_PRIVATE_KEY' },
  /** What webhooks of the project are signed with. */
  webhook: { place, name: 'WEBHOOK_SECRET' },
  /** A personal token, for where there is no App. */
  token: { place, name: 'PERSONAL_TOKEN' },
} as const satisfies Record<string, OwnSecret>

export interface GitHubAccessParts {
  project: string
  /** GANTRY_GITHUB_URL, or github.com. */
  githubUrl: string
  store: Pick<Store, 'github'>
  secrets: Pick<Secrets, 'own'>
  now(): Date
}

/** What a project asks GitHub with, and about which repository. */
export interface ConnectedGitHub {
  connection: GitHubConnection
  client: GitHubClient
  /** Path of the repository below the root of the API. */
  repo: string
  /** A token for git, over HTTPS. */
  token(): Promise<string>
  /** The App whose installation asks; null: the person whose token it is. */
  asApp: { id: number; slug: string } | null
}

interface AskedWith extends Pick<ConnectedGitHub, 'asApp'> {
  of(refused?: string): Promise<string>
}

/** GitHub as one project may ask it: by its App, else by a personal token. What was made for that stays until it changes. */
export class GitHubAccess {
  readonly place: GitHubPlace
  readonly #parts: GitHubAccessParts
  #known: { made: string; connected: ConnectedGitHub } | null = null

  constructor(parts: GitHubAccessParts) {
    this.#parts = parts
    this.place = placeOfGitHub(parts.githubUrl)
  }

  connection(): Promise<GitHubConnection | null> {
    return this.#parts.store.github.connection(this.#parts.project)
  }

  /** Null when nothing may be asked: the project is not connected, or only trusts the jobs of its repository. */
  async connected(): Promise<ConnectedGitHub | null> {
    const connection = await this.connection()
    if (!connection) return null
    // The secrets are part of it: a key that took another's place makes other tokens.
    const { app, hasToken, repository, repositoryId, connectedAt } = connection
    const made = JSON.stringify([app, hasToken, repository, repositoryId, connectedAt])
    if (this.#known?.made === made) return { ...this.#known.connected, connection }
    const token = await this.#tokenOf(connection)
    if (!token) return null
    const client = githubClient({ ...this.#clientParts(), token: token.of })
    const repo = `/repos/${repository}`
    const connected = { connection, client, repo, token: () => token.of(), asApp: token.asApp }
    this.#known = { made, connected }
    return connected
  }

  /** @throws GantryError GITHUB_NOT_CONNECTED */
  async require(): Promise<ConnectedGitHub> {
    const connected = await this.connected()
    if (connected) return connected
    throw new GantryError('GITHUB_NOT_CONNECTED', `${this.#parts.project} has neither an App nor a token on GitHub`)
  }

  /** GitHub without a token, or with one that was only just given. */
  with(token: (() => Promise<string>) | null): GitHubClient {
    return githubClient({ ...this.#clientParts(), token })
  }

  /** Where the App is installed now; null: nowhere, or there is no App. */
  async installation(connection: GitHubConnection): Promise<{ id: number; isSuspended: boolean } | null> {
    const app = await this.#app(connection)
    return app && installationOf(app, connection.repository)
  }

  async #tokenOf(connection: GitHubConnection): Promise<AskedWith | null> {
    const { project, secrets, now } = this.#parts
    const { app, repository, repositoryId, hasToken } = connection
    const own = await this.#app(connection)
    if (app && own && app.installationId !== null && !app.isSuspended) {
      const asApp = { id: app.id, slug: app.slug }
      return {
        asApp,
        of: installationTokens(own, { installationId: app.installationId, repository, repositoryId, now }),
      }
    }
    const personal = hasToken ? await secrets.own(project, githubSecrets.token) : null
    return personal === null ? null : { asApp: null, of: async () => personal }
  }

  async #app({ app }: GitHubConnection): Promise<GitHubClient | null> {
    if (!app) return null
    const privateKey = await this.#parts.secrets.own(this.#parts.project, githubSecrets.appKey)
    return privateKey === null ? null : appClient({ id: app.id, privateKey }, this.#clientParts())
  }

  #clientParts() {
    return { api: this.place.api, fetch, now: this.#parts.now }
  }
}
