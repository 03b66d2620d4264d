import type { PromotionDesk } from './release/promotion-desk.ts'
import { startTicker, type Ticker } from './watch/ticker.ts'

/** Judges open promotions each second: soak times pass and approvals expire without anyone asking. */
export const startHousekeeping = (parts: {
  promotions: PromotionDesk
  log: { error(facts: object, message: string): void }
}): Ticker =>
  startTicker(
    1_000,
    () => parts.promotions.judgeAll(),
    cause => parts.log.error({ err: cause }, 'promotions could not be judged'),
  )
