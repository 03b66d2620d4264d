import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

interface Probe {
  what: string
  url: string
  isRight(status: number, body: string): boolean
}

const deadlineMs = 90_000

/** What must answer after a deployment, from outside, before people are let near it. */
export const probes = (api: string, web: string): Probe[] => [
  { what: 'the server is up', url: `${api}/healthz`, isRight: status => status === 200 },
  {
    what: 'the API describes itself',
    url: `${api}/api/v1/openapi.json`,
    isRight: (status, body) => status === 200 && body.includes('"openapi"'),
  },
  {
    what: 'the API refuses strangers',
    url: `${api}/api/v1/me`,
    isRight: (status, body) => status === 401 && body.includes('UNAUTHENTICATED'),
  },
  {
    what: 'the dashboard is served',
    url: `${web}/`,
    isRight: (status, body) => status === 200 && body.includes('<script'),
  },
  {
    what: 'the dashboard reaches the API on its own origin',
    url: `${web}/api/v1/openapi.json`,
    isRight: (status, body) => status === 200 && body.includes('"openapi"'),
  },
]

/** Asks until the answer is right or the time is over; answers what was last seen when it never was. */
async function lastSeen({ url, isRight }: Probe, untilMs: number): Promise<string | null> {
  for (;;) {
    const seen = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' }).then(
      async response => {
        const body = await response.text()
        return isRight(response.status, body) ? null : `${response.status} ${body.slice(0, 200)}`
      },
      cause => String(cause),
    )
    if (seen === null || performance.now() > untilMs) return seen
    await sleep(2_000)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { api, web } = parseArgs({ options: { api: { type: 'string' }, web: { type: 'string' } } }).values
  if (!api || !web) throw new Error('expected --api <address of the server> --web <address of the dashboard>')
  const untilMs = performance.now() + deadlineMs
  for (const probe of probes(api.replace(/\/$/, ''), web.replace(/\/$/, ''))) {
    const seen = await lastSeen(probe, untilMs)
    console.log(
      `${seen === null ? 'ok  ' : 'FAIL'}  ${probe.what}  ${probe.url}${seen === null ? '' : `\n      ${seen}`}`,
    )
    if (seen !== null) process.exitCode = 1
  }
}
