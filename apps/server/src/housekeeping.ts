import type { Store } from '@gantry/core'
import type { KeepConfig } from '@gantry/core/config'
import { type Database, maintain, makeRoomAhead, type Queue } from '@gantry/store'
import { spaceTeller } from './home/free-space.ts'
import type { Home } from './home/home.ts'
import { forgetEvents, forgetOldOf } from './keep/forget-old.ts'
import { keepOf, type PruneParts, pruneFiles } from './keep/prune-files.ts'
import type { ForgetLinesParts } from './lines/forget-lines.ts'
import type { LiveHub } from './live/live-hub.ts'
import type { ProjectContext } from './project/open-project.ts'
import type { Projects } from './project/projects.ts'
import { startTicker } from './watch/ticker.ts'

const maintainEveryMs = 5 * 60_000
const pruneEveryMs = 3_600_000
const spaceEveryMs = 10_000
const maintainJob = 'maintain'

export interface HousekeepingParts {
  projects: Pick<Projects, 'all'>
  store: PruneParts['store'] & Pick<Store, 'access' | 'tries' | 'retention'>
  home: Pick<Home, 'dir'>
  database: Database
  lines: ForgetLinesParts['lines']
  objects: ForgetLinesParts['objects']
  queue: Queue
  live: Pick<LiveHub, 'listen'>
  /** False for a server that only answers. */
  doesWork: boolean
  /** Renews the token of this machine's commands when it is near its end, or was ended. */
  keepToken(): Promise<void>
  log: { error(facts: object, message: string): void; info(facts: object, message: string): void }
  now(): Date
}

/**
 * What has to happen without anyone asking: old rows go and statistics are renewed every few minutes, once for all servers of
 * one database; old files go every hour, from the folder of each server, and so does a token near its end. Whoever signs
 * out everywhere else ends that one too, and the commands of this machine get another at once.
 */
export async function startHousekeeping(parts: HousekeepingParts): Promise<{ stop(): Promise<void> }> {
  const { projects, database, queue, now, log } = parts
  const maintaining = async () => {
    try {
      const kept: { name: string; keep: KeepConfig }[] = []
      for (const { stored, project } of projects.all()) {
        kept.push({ name: stored.name, keep: keepOf(await project.current()) })
      }
      const forgetting = { ...parts, retention: parts.store.retention }
      // Lines may be elsewhere, and out of reach: what one project cannot have done keeps no other from it, nor the rest.
      await eachApart(kept, one => forgetOldOf(one, forgetting)).catch(cause =>
        log.error({ err: cause }, 'what is old could not be forgotten'),
      )
      await makeRoomAhead(database, now())
      await forgetEvents(kept, forgetting)
      await maintain(database, now().toISOString())
      await parts.store.access.prune(now().toISOString())
      await parts.store.tries.prune()
    } finally {
      await sendNext(parts)
    }
  }
  if (parts.doesWork) await queue.work(maintainJob, maintaining)
  await sendNext(parts)
  const pruning = startTicker(
    pruneEveryMs,
    async () => {
      await eachApart(projects.all(), context => pruneProject(context, parts))
    },
    cause => log.error({ err: cause }, 'old files could not be removed'),
  )
  pruning.nudge()
  const renewing = startTicker(pruneEveryMs, parts.keepToken, cause =>
    log.error({ err: cause }, 'the token of the commands could not be renewed'),
  )
  const unhear = parts.live.listen({
    hear: ({ event }) => event.topic === 'access' && renewing.nudge(),
    onGap: renewing.nudge,
  })
  const spacing = startTicker(spaceEveryMs, spaceTeller(parts.home.dir, log), cause =>
    log.error({ err: cause }, 'the free space of the data folder could not be read'),
  )
  return {
    async stop() {
      unhear()
      await renewing.stop()
      await pruning.stop()
      await spacing.stop()
    },
  }
}

async function pruneProject(
  { project, artifacts, sources, folders, commits, uploads, hand }: ProjectContext,
  { store, now }: HousekeepingParts,
): Promise<void> {
  const own = { isOurs: hand.isOurs(), runArtifacts: folders.actionsArtifacts }
  await pruneFiles({ store, now, artifacts, project: project.current, uploads, ...own })
  if (own.isOurs) await sources.prune()
  if (own.isOurs) await commits?.repack()
}

/** What fails for one project keeps no other from its turn; then the first failure is thrown. */
async function eachApart<T>(all: T[], act: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const one of all) await act(one).catch(cause => failures.push(cause))
  if (failures.length > 0) throw failures[0]
}

async function sendNext({ queue, now }: HousekeepingParts): Promise<void> {
  const startAfter = new Date(now().getTime() + maintainEveryMs).toISOString()
  await queue.send(maintainJob, {}, { key: maintainJob, startAfter })
}
