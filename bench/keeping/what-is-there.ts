import { join } from 'node:path'
import { openDayFiles } from '@gantry/lines'
import { openDatabase } from '@gantry/store'
import type { Row } from '../row.ts'
import { linesOfRequest, type Outcome, requestField, type Sent } from './senders.ts'

const project = 'sitebuilder'

/** How often each thing is in the data folder of a server that has ended. */
interface There {
  events: Map<string, number>
  /** Of the issues: what people see as their number. */
  counted: number
  /** Lines of each request. */
  lines: Map<number, number>
}

/** Rows of what was promised and what is there, read from the files themselves. */
export async function judged(home: string, sent: Sent, during: string): Promise<Row[]> {
  const there = await whatIsThere(home)
  const { events, lines } = sent
  const stored = [...there.events.values()].reduce((sum, times) => sum + times, 0)
  const refused = events.refused.length + lines.refused.length
  return [
    none(
      `${during}: events taken that are lost`,
      lost(events, name => there.events.get(name) ?? 0),
      events.taken.length,
    ),
    none(
      `${during}: events that are there twice`,
      [...there.events.values()].filter(times => times > 1).length,
      stored,
    ),
    none(`${during}: events counted wrongly by issues`, Math.abs(there.counted - stored), stored),
    none(
      `${during}: requests of ${linesOfRequest} lines taken that are not whole`,
      lost(lines, name => ((there.lines.get(name) ?? 0) >= linesOfRequest ? 1 : 0)),
      lines.taken.length,
    ),
    none(
      `${during}: requests of lines that are there twice`,
      [...there.lines.values()].filter(times => times > linesOfRequest).length,
      there.lines.size,
    ),
    ...(refused === 0
      ? []
      : [
          none(
            `${during}: refused, and there all the same`,
            wrongly(events, there.events) + wrongly(lines, there.lines),
            refused,
          ),
        ]),
  ]
}

const lost = <Name>({ taken }: Outcome<Name>, times: (name: Name) => number) =>
  taken.filter(name => times(name) === 0).length

const wrongly = <Name>({ refused }: Outcome<Name>, there: ReadonlyMap<Name, number>) =>
  refused.filter(name => there.has(name)).length

const none = (what: string, found: number, of: number): Row => ({
  ...{ what, measured: `${found} of ${of.toLocaleString('en')}`, target: '0' },
  // Of nothing at all nothing was proved.
  isMet: found === 0 && of > 0,
})

async function whatIsThere(home: string): Promise<There> {
  const database = await openDatabase({ kind: 'embedded', dir: join(home, 'database') })
  try {
    const select = async (text: string) => (await database.session(session => session.query(text, []))).rows
    const events = new Map<string, number>()
    for (const [id, times] of await select('select id, count(*)::text from gantry.kept_events group by id'))
      events.set(String(id), Number(times))
    const [[counted] = []] = await select('select coalesce(sum(events), 0)::text from gantry.issues')
    return { events, counted: Number(counted), lines: await linesThere(home) }
  } finally {
    await database.close()
  }
}

async function linesThere(home: string): Promise<Map<number, number>> {
  const folderOf = (name: string) => join(home, 'projects', name, 'lines')
  const store = openDayFiles({ dir: home, folderOf, now: () => new Date() })
  const lines = new Map<number, number>()
  try {
    for (let before: string | undefined; ; ) {
      const page = await store.search(project, { term: null, limit: 5_000, ...(before !== undefined && { before }) })
      for (const { fields } of page.lines) {
        const number = Number(fields[requestField])
        lines.set(number, (lines.get(number) ?? 0) + 1)
      }
      if (!page.hasMore) return lines
      before = page.searchedBackTo ?? page.lines[0]?.id
    }
  } finally {
    await store.close()
  }
}
