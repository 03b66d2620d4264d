import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '@gantry/core/api'
import type { RunningGantry } from '../../tools/running-gantry.ts'
import { envelope } from '../ingest-events.ts'
import { benchLine } from '../lines-made.ts'

/** What was sent, each once, and how it was answered. An event is named by its id, lines by the number of their request. */
export interface Sent {
  events: Outcome<string>
  lines: Outcome<number>
  /** How often each status came; 0 stands for no answer. */
  statuses: Map<number, number>
}

export interface Outcome<Name> {
  taken: Name[]
  /** Without an answer: they may be there or not. */
  unknown: Name[]
  refused: Name[]
}

export interface Senders {
  sent: Sent
  /** How often anything was taken so far. */
  taken(): number
  /** Ends when what was begun is answered. */
  stop(): Promise<void>
}

export const linesOfRequest = 100
/** The field of a line that says in which request it came. */
export const requestField = 'batch'
/** Of clients: enough that the server is never idle. */
const [eventSenders, lineSenders] = [48, 4]
/** What has no answer by then was lost with its server. */
const patienceMs = 20_000

/** Events of 6 KB and batches of lines, as many as are answered, to a server that may be gone in between. */
export async function startSenders(gantry: RunningGantry): Promise<Senders> {
  const { dsn } = await gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line')
  const { username: key, pathname } = new URL(dsn)
  const agent = new Agent({ keepAlive: true, maxSockets: eventSenders + lineSenders })
  const sent: Sent = { events: nothing(), lines: nothing(), statuses: new Map() }
  const told = <Name>(outcome: Outcome<Name>, name: Name, status: number) => {
    sent.statuses.set(status, (sent.statuses.get(status) ?? 0) + 1)
    outcome[status === 0 ? 'unknown' : status < 300 ? 'taken' : 'refused'].push(name)
    // Who was refused, or found nobody, does not come again at once.
    return status >= 200 && status < 300 ? undefined : sleep(50)
  }
  let isOn = true
  let next = 0
  const eventsUrl = `${gantry.url}/api${pathname}/envelope/?sentry_key=${key}&sentry_version=7`
  const sendEvent = async () => {
    const body = envelope('6', Math.floor(Math.random() * 50))
    const { event_id: id } = JSON.parse(body.slice(0, body.indexOf('\n')))
    await told(sent.events, id, await posted(agent, eventsUrl, body, {}))
  }
  const sendLines = async () => {
    const number = next++
    const made = Array.from({ length: linesOfRequest }, (_, index) => benchLine(number * linesOfRequest + index))
    const body = made.map(line => JSON.stringify({ ...line, [requestField]: number })).join('\n')
    await told(
      sent.lines,
      number,
      await posted(agent, `${gantry.url}/ingest/lines`, body, { authorization: `Bearer ${key}` }),
    )
  }
  const goOn = async (send: () => Promise<void>) => {
    while (isOn) await send()
  }
  const all = [
    ...Array.from({ length: eventSenders }, () => goOn(sendEvent)),
    ...Array.from({ length: lineSenders }, () => goOn(sendLines)),
  ]
  return {
    sent,
    taken: () => sent.events.taken.length + sent.lines.taken.length,
    async stop() {
      isOn = false
      await Promise.all(all)
      agent.destroy()
    },
  }
}

const nothing = () => ({ taken: [], unknown: [], refused: [] })

/** The status; 0 when there was no answer. */
function posted(agent: Agent, url: string, body: string, headers: Record<string, string>): Promise<number> {
  return new Promise(done => {
    const out = request(
      url,
      {
        agent,
        method: 'POST',
        timeout: patienceMs,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      answer => {
        answer.resume()
        answer.on('end', () => done(answer.statusCode ?? 0))
        answer.on('error', () => done(0))
      },
    )
    out.on('timeout', () => out.destroy(new Error('no answer')))
    out.on('error', () => done(0))
    out.end(body)
  })
}
