import type { Store } from '@gantry/core'
import { durationMs, type KeepConfig } from '@gantry/core/config'
import { type Database, type KeepSince, maintain, type Queue } from '@gantry/store'
import { spaceTeller } from './home/free-space.ts'
import { keepOf, type PruneParts, pruneFiles } from './keep/prune-files.ts'
import type { PromotionDesk } from './release/promotion-desk.ts'
import { startTicker, type Ticker } from './watch/ticker.ts'

const judgeEveryMs = 1_000
const maintainEveryMs = 5 * 60_000
const pruneEveryMs = 3_600_000
const spaceEveryMs = 10_000
const maintainJob = 'maintain'

export interface HousekeepingParts extends PruneParts {
  promotions: PromotionDesk
  store: PruneParts['store'] & Pick<Store, 'access'>
  /** The data folder. */
  dir: string
  database: Database
  queue: Queue
  /** Renews the token of this machine's commands when it is near its end. */
  keepToken(): Promise<void>
  log: { error(facts: object, message: string): void }
}

/**
 * What has to happen without anyone asking: open promotions are judged each second, because soak times pass and
 * approvals expire; old rows go and statistics are renewed every few minutes, once for all servers of one database; old
 * files go every hour, from the folder of each server, and so does a token near its end.
 */
export async function startHousekeeping(parts: HousekeepingParts): Promise<Ticker> {
  const { promotions, database, queue, now, log } = parts
  await queue.work(maintainJob, async () => {
    const keep = keepOf(await parts.project())
    await maintain(database, now().toISOString(), keepSince(keep, now()))
    await parts.store.access.prune(now().toISOString())
    await sendNext(parts)
  })
  await sendNext(parts)
  const judging = startTicker(
    judgeEveryMs,
    () => promotions.judgeAll(),
    cause => log.error({ err: cause }, 'promotions could not be judged'),
  )
  const pruning = startTicker(
    pruneEveryMs,
    async () => {
      await parts.keepToken()
      await pruneFiles(parts)
    },
    cause => log.error({ err: cause }, 'old files could not be removed'),
  )
  pruning.nudge()
  const spacing = startTicker(spaceEveryMs, spaceTeller(parts.dir, log), cause =>
    log.error({ err: cause }, 'the free space of the data folder could not be read'),
  )
  return {
    nudge: judging.nudge,
    async stop() {
      await judging.stop()
      await pruning.stop()
      await spacing.stop()
    },
  }
}

function keepSince(keep: KeepConfig, now: Date): KeepSince {
  const ago = (duration: string) => new Date(now.getTime() - durationMs(duration)).toISOString()
  return {
    lines: ago(keep.lines),
    events: ago(keep.events),
    checks: ago(keep.checks),
    traffic: ago(keep.traffic),
    runLogs: ago(keep.runs),
    notices: ago(keep.notices),
  }
}

async function sendNext({ queue, now }: HousekeepingParts): Promise<void> {
  const startAfter = new Date(now().getTime() + maintainEveryMs).toISOString()
  await queue.send(maintainJob, {}, { key: maintainJob, startAfter })
}
