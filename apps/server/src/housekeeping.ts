import { type Database, type KeepSince, maintain, type Queue } from '@gantry/store'
import type { PromotionDesk } from './release/promotion-desk.ts'
import { startTicker, type Ticker } from './watch/ticker.ts'

const judgeEveryMs = 1_000
const maintainEveryMs = 5 * 60_000
const maintainJob = 'maintain'

export interface HousekeepingParts {
  promotions: PromotionDesk
  database: Database
  queue: Queue
  now(): Date
  log: { error(facts: object, message: string): void }
}

/**
 * What has to happen without anyone asking: open promotions are judged each second, because soak times pass and
 * approvals expire; old rows go and statistics are renewed every few minutes, once for all servers of one database.
 */
export async function startHousekeeping(parts: HousekeepingParts): Promise<Ticker> {
  const { promotions, database, queue, now, log } = parts
  await queue.work(maintainJob, async () => {
    await maintain(database, now().toISOString(), keepSince(now()))
    await sendNext(parts)
  })
  await sendNext(parts)
  return startTicker(
    judgeEveryMs,
    () => promotions.judgeAll(),
    cause => log.error({ err: cause }, 'promotions could not be judged'),
  )
}

/** Kept for so many days; issues, runs, releases and the ledger stay. */
const keptDays = { lines: 30, events: 90, checks: 30, traffic: 30 }

function keepSince(now: Date): KeepSince {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString()
  return {
    lines: daysAgo(keptDays.lines),
    events: daysAgo(keptDays.events),
    checks: daysAgo(keptDays.checks),
    traffic: daysAgo(keptDays.traffic),
  }
}

async function sendNext({ queue, now }: HousekeepingParts): Promise<void> {
  const startAfter = new Date(now().getTime() + maintainEveryMs).toISOString()
  await queue.send(maintainJob, {}, { key: maintainJob, startAfter })
}
