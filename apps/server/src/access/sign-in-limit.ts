import { GantryError } from '@gantry/core'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Wrong sign-ins of one address, after which it waits. */
const wrongAtMost = 10
/** Wrong sign-ins with one e-mail from anywhere, after which it is locked for a while. */
const wrongOfOneAtMost = 10
/** Sign-ins that one address begins, right or wrong: each is a row until its time is over. */
const begunAtMost = 60
const withinS = 600

export interface SignInLimit {
  /**
   * Counts a try before it is looked at, so that many at once count too; answers what takes it back when it was right.
   * @throws GantryError TOO_MANY_SIGN_INS
   */
  count(tried: TriedSignIn): Promise<() => Promise<void>>
  /** @throws GantryError TOO_MANY_SIGN_INS */
  begin(address: string): Promise<void>
}

export interface TriedSignIn {
  address: string
  email?: string | null
  /** Of a browser that signed in with that e-mail before: it is counted apart, and strangers do not lock it out. */
  knownBrowser?: string | null
}

export function createSignInLimit(): SignInLimit {
  const wrong = { points: wrongAtMost, duration: withinS }
  const ofAddress = new RateLimiterMemory(wrong)
  const ofKnown = new RateLimiterMemory(wrong)
  const ofEmail = new RateLimiterMemory({ points: wrongOfOneAtMost, duration: withinS })
  const begun = new RateLimiterMemory({ points: begunAtMost, duration: withinS })
  return {
    async count({ address, email = null, knownBrowser = null }) {
      if (knownBrowser !== null) {
        await consumed(ofKnown, knownBrowser, `${wrongAtMost} wrong sign-ins came from this browser`)
        return async () => void (await ofKnown.delete(knownBrowser))
      }
      await consumed(ofAddress, address, `${wrongAtMost} wrong sign-ins came from ${address}`)
      if (email !== null)
        await consumed(ofEmail, email, `${wrongOfOneAtMost} wrong sign-ins were tried with ${email}, which is locked`)
      return async () => {
        await ofAddress.reward(address)
        if (email !== null) await ofEmail.delete(email)
      }
    },
    begin: address => consumed(begun, address, `${begunAtMost} sign-ins were begun from ${address}`),
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
