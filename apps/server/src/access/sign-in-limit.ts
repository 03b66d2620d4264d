import { createHash } from 'node:crypto'
import { GantryError, type TryStore } from '@gantry/core'

/** Wrong sign-ins of one address, after which it waits. */
const wrongAtMost = 10
/** Wrong sign-ins with one e-mail from anywhere, after which it is locked for a while. */
const wrongOfOneAtMost = 10
/** Sign-ins that one address begins, right or wrong: each is a row until its time is over. */
const begunAtMost = 60
const withinMs = 600_000

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

/** Counted for all servers of a database together: who is turned away by one does not try the next. */
export function createSignInLimit(tries: TryStore): SignInLimit {
  const consume = async (key: string, atMost: number, why: string) => {
    const { tries: counted, leftMs } = await tries.count(key, withinMs)
    if (counted <= atMost) return
    const retryAfterS = Math.max(1, Math.ceil(leftMs / 1000))
    throw new GantryError('TOO_MANY_SIGN_INS', `${why}; the next may be tried in ${retryAfterS} s`, { retryAfterS })
  }
  return {
    async count({ address, email = null, knownBrowser = null }) {
      if (knownBrowser !== null) {
        const ofKnown = keyOf('browser', knownBrowser)
        await consume(ofKnown, wrongAtMost, `${wrongAtMost} wrong sign-ins came from this browser`)
        return () => tries.forget(ofKnown)
      }
      const [ofAddress, ofEmail] = [keyOf('address', address), email === null ? null : keyOf('e-mail', email)]
      await consume(ofAddress, wrongAtMost, `${wrongAtMost} wrong sign-ins came from ${address}`)
      const locked = `${wrongOfOneAtMost} wrong sign-ins were tried with ${email}, which is locked`
      if (ofEmail !== null) await consume(ofEmail, wrongOfOneAtMost, locked)
      return async () => {
        await tries.takeBack(ofAddress)
        if (ofEmail !== null) await tries.forget(ofEmail)
      }
    },
    begin: address =>
      consume(keyOf('begun', address), begunAtMost, `${begunAtMost} sign-ins were begun from ${address}`),
  }
}

/** Who tried is nothing to be read in a database. */
const keyOf = (kind: string, whose: string): string => createHash('sha256').update(`${kind} ${whose}`).digest('hex')
