interface Rate {
  /** Requests a second, over time. */
  perSecond: number
  /** As many may come at once. */
  burst: number
}

// Fly's published limits (fly.io/docs/machines/api/working-with-machines-api, rate limits): for each action and each machine,
// or each app where no machine is meant.
const usual: Rate = { perSecond: 1, burst: 3 }
const reading: Rate = { perSecond: 5, burst: 10 }

const rateOf = (action: string): Rate => (action === 'get' ? reading : usual)

interface Bucket {
  left: number
  at: number
}

export interface Time {
  now(): number
  sleep(ms: number): Promise<void>
}

/**
 * Holds requests to Fly's limits on our side: waiting here costs less than being refused there. A pace outlives the steps of a
 * deployment, which follow each other at once; Fly counts what the process sends, whatever for.
 */
export class Pace {
  readonly #buckets = new Map<string, Bucket>()

  /** Resolves when the request may be sent. @param about the machine, or the app */
  async take(action: string, about: string, { now, sleep }: Time): Promise<void> {
    const key = `${action} ${about}`
    const { perSecond, burst } = rateOf(action)
    const bucket = this.#buckets.get(key) ?? { left: burst, at: now() }
    this.#buckets.set(key, bucket)
    bucket.left = Math.min(burst, bucket.left + ((now() - bucket.at) / 1_000) * perSecond)
    bucket.at = now()
    // Taken before waiting: whoever comes meanwhile waits longer.
    bucket.left -= 1
    if (bucket.left < 0) await sleep((-bucket.left / perSecond) * 1_000)
  }
}
