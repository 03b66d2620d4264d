import { useSyncExternalStore } from 'react'

let isSignedOut = false
const hearers = new Set<() => void>()

/** Every part that meets a 401 says so here; the shell then shows the sign-in page at the same address. */
export function signedOut(): void {
  if (isSignedOut) return
  isSignedOut = true
  for (const hear of hearers) hear()
}

export const useIsSignedOut = (): boolean =>
  useSyncExternalStore(
    hear => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    () => isSignedOut,
  )
