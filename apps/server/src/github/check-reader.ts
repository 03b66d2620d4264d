import { CommitChecks, type Project, type Promotion, type Store } from '@gantry/core'
import type { GateConfig } from '@gantry/core/config'
import { readCommitChecks } from '@gantry/github'
import { deployedBranch } from './adopt-pushed.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'

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
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: CheckReaderParts) {
    this.#parts = parts
  }

  /** @throws GantryError VENDOR_REFUSED */
  async read(): Promise<Date | null> {
    const nowMs = this.#parts.now().getTime()
    if (nowMs < this.#readAtMs + paceMs && nowMs >= this.#readAtMs) return new Date(this.#readAtMs + paceMs)
    const { project, store, github } = this.#parts
    const connected = await github.connected()
    if (!connected) return null
    const asked = await this.#asked()
    const open = await store.github.openLinks(project, 'checks')
    for (const link of open.filter(({ key }) => !asked.has(key))) await this.#save(link.key, link.body, false)
    if (asked.size === 0) return null
    this.#readAtMs = nowMs
    for (const commit of asked.values()) await this.#readOne(commit, connected)
    return new Date(nowMs + readEveryMs)
  }

  async #readOne({ sha, isNamed, since }: AskedCommit, { client, repo, connection }: ConnectedGitHub): Promise<void> {
    const { project, store, github, current, onChanged, now } = this.#parts
    const { config } = await current()
    const { repository, repositoryId } = connection
    const found = await readCommitChecks(client, repo, {
      ...{ sha, repository, repositoryId, site: `${github.place.url}/${repository}` },
      branch: isNamed ? deployedBranch(config) : null,
    })
    const [link] = await store.github.links(project, 'checks', [sha])
    const before = link?.isOpen ? CommitChecks.parse(link.body) : null
    const checks = CommitChecks.parse({ ...found, readAt: now().toISOString() })
    if (before !== null && before.readAt >= since && sameAs(before) === sameAs(checks)) return
    await this.#save(sha, checks, true)
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

  async #save(key: string, body: unknown, isOpen: boolean): Promise<void> {
    const { project, store, now } = this.#parts
    await store.github.saveLink(project, { kind: 'checks', key, isOpen, body }, now().toISOString())
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

/** `updated_at` of a run that goes on changes with each of its steps, and says nothing else. */
const sameAs = ({ runs, named }: CommitChecks): string =>
  JSON.stringify([runs.map(run => (run.status === 'completed' ? run : { ...run, updatedAt: '' })), named])
