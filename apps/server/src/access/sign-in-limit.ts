import { GantryError } from '@gantry/core'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Wrong sign-ins of one address, after which it waits. */
const wrongAtMost = 10
/** Wrong sign-ins with one e-mail from anywhere, after which it is locked for a while. */
const wrongOfOneAtMost = 10
const withinS = 600

export interface SignInLimit {
  /**
   * Counts a try before it is looked at, so that many at once count too; answers what takes it back when it was right.
   * @throws GantryError TOO_MANY_SIGN_INS
   */
  count(address: string, email?: string | null): Promise<() => Promise<void>>
}

export function createSignInLimit(): SignInLimit {
  const ofAddress = new RateLimiterMemory({ points: wrongAtMost, duration: withinS })
  const ofEmail = new RateLimiterMemory({ points: wrongOfOneAtMost, duration: withinS })
  return {
    async count(address, email = null) {
      await consumed(ofAddress, address, `${wrongAtMost} wrong sign-ins came from ${address}`)
      if (email !== null)
        await consumed(ofEmail, email, `${wrongOfOneAtMost} wrong sign-ins were tried with ${email}, which is locked`)
      return async () => {
        await ofAddress.reward(address)
        if (email !== null) await ofEmail.delete(email)
      }
    },
  }
}

async function consumed(limiter: RateLimiterMemory, key: string, why: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (cause) {
    if (!(cause instanceof RateLimiterRes)) throw cause
    const retryAfterS = Math.ceil(cause.msBeforeNext / 1000)
    throw new GantryError('TOO_MANY_SIGN_INS', `${why}; the next may be tried in ${retryAfterS} s`, { retryAfterS })
  }
}
