import type { PromotionDesk } from './release/promotion-desk.ts'

const everyMs = 1_000

/** Judges open promotions each second: soak times pass and approvals expire without anyone asking. */
export function startHousekeeping(parts: {
  promotions: PromotionDesk
  log: { error(facts: object, message: string): void }
}): { stop(): void } {
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    parts.promotions
      .judgeAll()
      .catch(cause => parts.log.error({ err: cause }, 'promotions could not be judged'))
      .finally(() => {
        isBusy = false
      })
  }, everyMs)
  return { stop: () => clearInterval(timer) }
}
