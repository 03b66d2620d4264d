import { expect, test, vi } from 'vitest'
import { done, mounted } from '../testing/page.ts'

/** The module remembers for as long as the page is open. */
async function freshSession() {
  vi.resetModules()
  return await import('./session.ts')
}

test('every part of the page learns at once that the session is over, also one drawn later', async () => {
  const { signedOut, useIsSignedOut } = await freshSession()
  const [header, list] = [mounted(useIsSignedOut), mounted(useIsSignedOut)]
  expect([header.now, list.now]).toEqual([false, false])
  done(signedOut)
  expect([header.now, list.now]).toEqual([true, true])
  expect(mounted(useIsSignedOut).now).toBe(true)
})

test('twenty questions refused at the same time draw the page anew once', async () => {
  const { signedOut, useIsSignedOut } = await freshSession()
  const shell = mounted(useIsSignedOut)
  for (let i = 0; i < 20; i++) done(signedOut)
  expect([shell.now, shell.drawn]).toEqual([true, 2])
})
