import type { Release } from '@gantry/core'
import { type Fault, MadeUpLine, ways } from './made-up-line.ts'

export const madeUpRelease = (name: string): Release => ({
  ...{ id: name.repeat(40), project: 'tiny', sha: name.repeat(40), title: name, author: 'Dev <dev@example.com>' },
  ...{ createdAt: '2026-11-23T00:00:00.000Z', runId: null, artifacts: [], migrations: [], badBecause: null },
})
const [one, two] = [madeUpRelease('1'), madeUpRelease('2')]

const steps = ['api', 'web'].flatMap(name => ['prepare', 'start', 'check', 'switch'].map(kind => `${name}.${kind}`))
const forward = [...steps.map(id => `perform ${id}`), 'verify api', 'verify web']
const backward = steps.filter(id => /start|switch/.test(id)).map(id => `undo ${id}`)

const single = forward.flatMap(order => ways.map((how): Fault[] => [{ order, how }]))
/** What began everything's being undone: the last thing that can fail, or a job that is gone. Then that goes wrong as well. */
const beginnings: Fault[] = [
  { order: 'verify web', how: 'fails' },
  { order: 'verify web', how: 'job dies' },
]
const double = beginnings.flatMap(first =>
  backward.flatMap(order => ways.map((how): Fault[] => [first, { order, how }])),
)
/** Everything that goes wrong with one deployment, or one rollback. */
export const crashes: readonly Fault[][] = [...single, ...double]

type Kind = 'deploy' | 'rollback'

/** A sentence for each crash that did not end with the release live or rolled back. */
export async function wronglyEnded(kind: Kind): Promise<string[]> {
  const before = await afterDeploying(...(kind === 'deploy' ? [one] : [two, one]))
  const faulty: string[] = []
  for (const faults of crashes) faulty.push(...(await wrong(faults, kind, before)))
  return faulty
}

/** A line where these were deployed, one after the other. */
export async function afterDeploying(...releases: Release[]): Promise<MadeUpLine> {
  const line = new MadeUpLine()
  await line.store.projects.ensure({ name: 'tiny', createdAt: one.createdAt })
  await line.startServer()
  for (const each of releases) {
    const id = await line.deploy(each)
    await line.time.until(() => isEnded(line, id))
  }
  return line
}

const said = (faults: Fault[]) => faults.map(({ order, how }) => `${order}: ${how}`).join(', then ')

const isEnded = (line: MadeUpLine, id: string) => ['live', 'failed'].includes(line.row(id)?.state ?? '')

/** Carries it out to its end under these faults; a server that died begins again. */
async function endUnder(faults: Fault[], kind: Kind, before: MadeUpLine) {
  const line = new MadeUpLine(before)
  await line.startServer()
  line.faults = [...faults]
  const id = await line.deploy(two, kind)
  while (!isEnded(line, id)) {
    await line.time.until(() => isEnded(line, id) || line.isServerDead())
    if (line.isServerDead()) void line.startServer()
  }
  return { line, row: line.row(id) }
}

async function wrong(faults: Fault[], kind: Kind, before: MadeUpLine): Promise<string[]> {
  const { line, row } = await endUnder(faults, kind, before)
  const serving = row?.state === 'live' ? two.id : one.id
  const { api, web } = line.places
  const found = [
    ...(line.faults.length > 0 ? [`never came to ${said(line.faults)}`] : []),
    ...(api.serving === serving ? [] : [`api serves ${api.serving?.[0]}`]),
    ...(web.serving === serving ? [] : [`web serves ${web.serving?.[0]}`]),
    ...(line.store.content.deployments.filter(({ state }) => state === 'live').length === 1 ? [] : ['not one is live']),
    ...(row?.undoing === undefined ? [] : ['still being undone']),
    // What began to be undone is not gone on with, whoever died meanwhile.
    ...(faults.length === 1 || row?.state === 'failed' ? [] : ['it went on all the same']),
    ...(row?.steps.some(({ status }) => status === 'running') ? ['a step still runs'] : []),
  ]
  return found.length === 0 ? [] : [`${kind}, ${said(faults)}: ${row?.state}, ${found.join(', ')}; ${row?.failure}`]
}
