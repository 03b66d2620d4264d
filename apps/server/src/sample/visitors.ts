import { setTimeout as sleep } from 'node:timers/promises'

/** People who use the sample's product, so that there is something to judge a release by. */
export interface Visitors {
  /** Has them ask for the address for a minute and a half; those that are there already stay longer. Answers until when. */
  send(url: string): { until: Date }
}

const stayMs = 90_000
const people = 4
const pauseMs = 100

export function createVisitors(parts: {
  now(): Date
  /** Sends them home. */
  signal: AbortSignal
  ask?(url: string): Promise<unknown>
}): Visitors {
  const { now, signal, ask = get } = parts
  let until = new Date(0)
  const visit = async (url: string) => {
    while (!signal.aborted && now() < until) {
      // A failing answer is what a visitor of a bad release meets; it is counted where requests are counted.
      await ask(url).catch(() => {})
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
  return {
    send(url) {
      const areThere = now() < until
      until = new Date(now().getTime() + stayMs)
      if (!areThere) for (let person = 0; person < people; person++) void visit(url)
      return { until }
    },
  }
}

async function get(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  await answer.arrayBuffer()
}
