import { fetchChromium, findChromium } from '@gantry/runner'

/** The browser that the sample's journeys are made with. */
export interface SampleBrowser {
  /** Looks for one, and fetches one when there is none. Resolves when that is settled; the second call waits for the first. */
  provide(): Promise<void>
  /** What a job has to know to use it; nothing while there is none. */
  env(): Record<string, string>
}

export function sampleBrowser(parts: {
  env: Record<string, string>
  signal: AbortSignal
  say(line: string): void
  find?: typeof findChromium
  fetch?: typeof fetchChromium
}): SampleBrowser {
  const { env, signal, say, find = findChromium, fetch = fetchChromium } = parts
  let path: string | null = null
  let provided: Promise<void> | null = null
  const provide = async () => {
    path = await find(env)
    if (path !== null || signal.aborted) return
    const fetched = await fetch({ env, say, signal })
    if ('path' in fetched) path = fetched.path
    else if (!signal.aborted) say(withoutOne(fetched.faults))
  }
  return {
    provide: () => {
      // A CHROMIUM_PATH that leads nowhere: its owner reads the same in the job that wants that browser.
      provided ??= provide().catch(cause => say(cause instanceof Error ? cause.message : String(cause)))
      return provided
    },
    env: () => (path === null ? {} : { CHROMIUM_PATH: path }),
  }
}

const withoutOne = (faults: string[]): string => {
  const why = faults.length === 0 ? 'there is no way to fetch one' : faults.join('; ')
  return `no browser could be had (${why}): the sample's journeys run over HTTP`
}
