import type { Release } from '@gantry/core'
import { expect, test } from 'vitest'
import { type Fault, MadeUpLine, ways } from '../testing/made-up-line.ts'

const release = (name: string): Release => ({
  ...{ id: name.repeat(40), project: 'tiny', sha: name.repeat(40), title: name, author: 'Dev <dev@example.com>' },
  ...{ createdAt: '2026-11-23T00:00:00.000Z', runId: null, artifacts: [], migrations: [], badBecause: null },
})
const [one, two] = [release('1'), release('2')]

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
const said = (faults: Fault[]) => faults.map(({ order, how }) => `${order}: ${how}`).join(', then ')

const isEnded = (line: MadeUpLine, id: string) => ['live', 'failed'].includes(line.row(id)?.state ?? '')

/** A line where these were deployed, one after the other. */
async function afterDeploying(...releases: Release[]): Promise<MadeUpLine> {
  const line = new MadeUpLine()
  await line.store.projects.ensure({ name: 'tiny', createdAt: one.createdAt })
  await line.startServer()
  for (const each of releases) {
    const id = await line.deploy(each)
    await line.time.until(() => isEnded(line, id))
  }
  return line
}

/** Carries it out to its end under these faults; a server that died begins again. */
async function endUnder(faults: Fault[], kind: 'deploy' | 'rollback', before: MadeUpLine) {
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

const wrong = async (faults: Fault[], kind: 'deploy' | 'rollback', before: MadeUpLine): Promise<string[]> => {
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

test.each(['deploy', 'rollback'] as const)(
  'a %s ends live or rolled back, whatever step fails, hangs or loses its process',
  async kind => {
    const faulty: string[] = []
    const before = await afterDeploying(...(kind === 'deploy' ? [one] : [two, one]))
    for (const faults of [...single, ...double]) faulty.push(...(await wrong(faults, kind, before)))
    expect(faulty).toEqual([])
    expect(single.length + double.length).toBe(162)
  },
)

test('one that the database lost half-way is taken back by its job before another one begins', async () => {
  const line = await afterDeploying(one)
  const { update } = line.store.deployments
  line.store.deployments.update = async row => {
    if (row.steps.some(({ id, status }) => id === 'web.switch' && status === 'done'))
      throw new Error('the database went away')
    return update(row)
  }
  const lost = await line.deploy(two)
  await line.time.until(() => line.log.some(said => said.includes('the database went away')))
  expect([line.places.web.serving, line.row(lost)?.state]).toEqual([two.id, 'deploying'])
  line.store.deployments.update = update

  const three = release('3')
  const locked = { code: 'DEPLOY_LOCKED', message: /2222222 is being taken back/, facts: { deployment: lost } }
  await expect(line.deploy(three)).rejects.toMatchObject({ ...locked, message: expect.stringMatching(locked.message) })
  await line.time.until(() => line.row(lost)?.state === 'failed')
  expect([line.places.api.serving, line.places.web.serving]).toEqual([one.id, one.id])
  const next = await line.deploy(three)
  await line.time.until(() => line.row(next)?.state === 'live')
  expect([line.places.api.serving, line.places.web.serving]).toEqual([three.id, three.id])
})
