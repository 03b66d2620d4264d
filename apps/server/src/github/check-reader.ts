import { CommitChecks, GantryError, type Project, type Promotion, type Store } from '@gantry/core'
import type { GateConfig } from '@gantry/core/config'
import { readCommitChecks, retryAtOf, statusOf } from '@gantry/github'
import { deployedBranch } from './adopt-pushed.ts'
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
  /** Whether a gate asks for checks by name. */
  isNamed: boolean
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
    for (const commit of asked.values()) await this.#readOne(commit, connected)
    return new Date(nowMs + readEveryMs)
  }

  async #readOne({ sha, isNamed, since }: AskedCommit, { client, repo, connection }: ConnectedGitHub): Promise<void> {
    const { github, current, onChanged, now } = this.#parts
    const { config } = await current()
    const { repository, repositoryId } = connection
    const found = await readCommitChecks(client, repo, {
      ...{ sha, repository, repositoryId, site: `${github.place.url}/${repository}` },
      branch: isNamed ? deployedBranch(config) : null,
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
      const gates = config?.environments[promotion.environment]?.gates ?? []
      if (gates.some(({ gate }) => gate === 'ciGreen' || gate === 'e2eGreen')) add(commits, promotion, gates)
    }
    return commits
  }
}

function add(
  commits: Map<string, AskedCommit>,
  { release: sha, createdAt }: Pick<Promotion, 'release' | 'createdAt'>,
  gates: readonly GateConfig[],
): void {
  const known = commits.get(sha)
  const isNamed = gates.some(gate => gate.gate === 'ciGreen' && gate.checks !== undefined)
  commits.set(sha, {
    sha,
    isNamed: isNamed || known?.isNamed === true,
    since: known && known.since > createdAt ? known.since : createdAt,
  })
}

/** What the token may not read keeps one gate waiting, and no other commit from being read. */
function refusalIn(cause: unknown): Omit<CommitChecks, 'readAt'> {
  if (!(cause instanceof GantryError) || statusOf(cause) === null || retryAtOf(cause) !== null) throw cause
  return { runs: [], named: null, problem: cause.message }
}

/** `updated_at` of a run that goes on changes with each of its steps, and says nothing else. */
const sameAs = ({ runs, named, problem }: CommitChecks): string =>
  JSON.stringify([runs.map(run => (run.status === 'completed' ? run : { ...run, updatedAt: '' })), named, problem])
