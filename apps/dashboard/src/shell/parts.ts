import { ApiError, unreachable } from '../api/client.ts'

type Load = () => Promise<unknown>

const parts = new Set<Load>()

/**
 * A part of the dashboard that is loaded when it is needed. One that cannot be loaded because nobody answers says so in
 * words. Without this the router would take it for a part that an update has renamed and load the page anew, which
 * leaves the browser's own error page where a screen was.
 */
export function part<T>(load: () => Promise<T>): () => Promise<T> {
  parts.add(load)
  return async () => {
    try {
      return await load()
    } catch (cause) {
      if (await answers()) throw cause
      throw new ApiError(0, unreachable)
    }
  }
}

/** Loads every part there is, so that the screens are there when the server is not. A failure is told where it is shown. */
export const loadParts = (): Promise<unknown> => Promise.allSettled([...parts].map(load => load()))

/** Any answer will do: the question is whether somebody is there. */
const answers = (): Promise<boolean> =>
  fetch('/theme.js', { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  )

const quietMs = 4_000

/** When the first screen has been there for a while and the browser has nothing to do; not where data is dear. */
export function loadPartsWhenQuiet(): void {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  if (connection?.saveData) return
  const idle = (run: () => void) =>
    'requestIdleCallback' in window ? requestIdleCallback(run) : setTimeout(run, 1_000)
  setTimeout(() => idle(() => void loadParts()), quietMs)
}
