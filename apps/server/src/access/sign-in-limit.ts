import { GantryError } from '@gantry/core'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Wrong sign-ins of one address, after which it waits. */
const wrongAtMost = 10
const withinS = 600

export interface SignInLimit {
  /**
   * Counts a try before it is looked at, so that many at once count too; answers what takes it back when it was right.
   * @throws GantryError TOO_MANY_SIGN_INS
   */
  count(address: string): Promise<() => Promise<void>>
}

export function createSignInLimit(): SignInLimit {
  const limiter = new RateLimiterMemory({ points: wrongAtMost, duration: withinS })
  return {
    async count(address) {
      try {
        await limiter.consume(address)
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw cause
        const retryAfterS = Math.ceil(cause.msBeforeNext / 1000)
        const message = `${wrongAtMost} wrong sign-ins came from ${address}; the next may be tried in ${retryAfterS} s`
        throw new GantryError('TOO_MANY_SIGN_INS', message, { retryAfterS })
      }
      return async () => void (await limiter.reward(address))
    },
  }
}
