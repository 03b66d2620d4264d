import { CommitChecks, GantryError, type Project, type Store } from '@gantry/core'
import { isDenied, readCommitChecks, retryAtOf } from '@gantry/github'
import { branchTo } from './branch-to.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'
import { type KeptLinks, keptLinks } from './kept-links.ts'

export interface CheckReaderParts {
  project: string
  store: Pick<Store, 'github' | 'promotions'>
  github: Pick<GitHubAccess, 'connected' | 'place'>
  current(): Promise<Project>
  /** Gates have more to go by. */
  onChanged(): void
  now(): Date
}

/** A webhook nudges; this is for those that never come. What did not change costs nothing of the limit. */
const readEveryMs = 30_000
/** Changes of many checks at once are read together. */
const paceMs = 1_000

/** What promotions wait for of one commit. */
interface AskedCommit {
  sha: string
  /** By environment whose gates ask for checks by name: the branch that leads to it. */
  branches: ReadonlyMap<string, string>
  /** When the newest of them was asked for: what was read before is not what it is judged by. */
  since: string
}

/**
 * Reads how GitHub judges the commits of open promotions. What a webhook says of a run or a check only leads to this question, so
 * that order, repetition and forks of deliveries make no difference.
 */
export class CheckReader {
  readonly #parts: CheckReaderParts
  readonly #checks: KeptLinks<CommitChecks>
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: CheckReaderParts) {
    this.#parts = parts
    this.#checks = keptLinks('checks', CommitChecks, parts)
  }

  /** @throws GantryError VENDOR_REFUSED */
  async read(): Promise<Date | null> {
    const nowMs = this.#parts.now().getTime()
    if (nowMs < this.#readAtMs + paceMs && nowMs >= this.#readAtMs) return new Date(this.#readAtMs + paceMs)
    const connected = await this.#parts.github.connected()
    if (!connected) return null
    const asked = await this.#asked()
    for (const { key, body } of await this.#checks.open())
      if (!asked.has(key)) await this.#checks.save(key, body, false)
    if (asked.size === 0) return null
    this.#readAtMs = nowMs
    const faults: unknown[] = []
    for (const commit of asked.values())
      await this.#readOne(commit, connected).catch(cause => {
        if (retryAtOf(cause) !== null) throw cause
        faults.push(cause)
      })
    // What was read of the others stands, and so does what was read of that one before.
    if (faults.length > 0) throw faults[0]
    return new Date(nowMs + readEveryMs)
  }

  async #readOne({ sha, branches, since }: AskedCommit, { client, repo, connection }: ConnectedGitHub): Promise<void> {
    const { github, onChanged, now } = this.#parts
    const { repository, repositoryId } = connection
    const found = await readCommitChecks(client, repo, {
      ...{ sha, repository, repositoryId, site: `${github.place.url}/${repository}`, branches },
    }).catch(refusalIn)
    const link = (await this.#checks.of([sha])).get(sha)
    const before = link?.isOpen ? link.body : null
    const checks = CommitChecks.parse({ ...found, readAt: now().toISOString() })
    if (before !== null && before.readAt >= since && sameAs(before) === sameAs(checks)) return
    await this.#checks.save(sha, checks, true)
    onChanged()
  }

  /** Commits that open promotions wait for, by what gates of their environments ask. */
  async #asked(): Promise<Map<string, AskedCommit>> {
    const { project, store, current } = this.#parts
    const { config } = await current()
    const commits = new Map<string, AskedCommit>()
    for (const promotion of await store.promotions.list(project, { open: true })) {
      const { release: sha, environment, createdAt } = promotion
      const gates = config?.environments[environment]?.gates ?? []
      if (!gates.some(({ gate }) => gate === 'ciGreen' || gate === 'e2eGreen')) continue
      const known = commits.get(sha)
      const isNamed = gates.some(gate => gate.gate === 'ciGreen' && gate.checks !== undefined)
      const own: [string, string][] = isNamed ? [[environment, branchTo(environment, config)]] : []
      const branches = new Map([...(known?.branches ?? []), ...own])
      commits.set(sha, { sha, branches, since: known && known.since > createdAt ? known.since : createdAt })
    }
    return commits
  }
}

/** What the token may not read keeps one gate waiting, and no other commit from being read. */
function refusalIn(cause: unknown): Omit<CommitChecks, 'readAt'> {
  if (!(cause instanceof GantryError) || !isDenied(cause)) throw cause
  return { runs: [], named: null, problem: cause.message }
}

/** `updated_at` of a run that goes on changes with each of its steps, and says nothing else. */
const sameAs = ({ runs, named, problem }: CommitChecks): string =>
  JSON.stringify([runs.map(run => (run.status === 'completed' ? run : { ...run, updatedAt: '' })), named, problem])
