import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeploymentFacts } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tinyConfig } from '../../testing/tiny-product.ts'
import { bindServices } from '../bound-service.ts'
import { command } from '../settings.ts'
import type { StepContext } from '../step-context.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gantry-command-test-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const [now, former] = ['a'.repeat(40), 'b'.repeat(40)]
const facts: DeploymentFacts = {
  ...{
    project: 'tiny',
    environment: 'staging',
    former,
    kind: 'deploy',
    isKept: false,
    retire: [],
    formerAnswers: {},
    envSalt: 'salt',
  },
  ...{ earlier: [] },
  release: {
    ...{ id: now, project: 'tiny', sha: now, title: 'a', author: 'Dev <dev@example.com>', runId: null },
    ...{ createdAt: '2026-11-23T00:00:00.000Z', artifacts: [], migrations: [], badBecause: null },
  },
}

const writes = (what: string) => `echo "${what} $GANTRY_RELEASE over $GANTRY_FORMER_RELEASE in $GANTRY_ENVIRONMENT"`

async function opened(over: Partial<Parameters<typeof command>[0]> = {}) {
  const log: string[] = []
  const ending = new AbortController()
  const context: StepContext = {
    ...{
      env: { PATH: process.env['PATH'], TOKEN: 'of the job' },
      answers: () => null,
      addressOf: async () => null,
      cwd,
    },
    ...{ signal: ending.signal, now: () => new Date(0), sleep: async () => {}, fetch, progress: async () => {} },
    log: line => log.push(line),
    artifacts: {
      has: async () => true,
      open: () => Promise.reject(new Error('not asked for')),
      unpack: (_digest, folder) => writeFile(folder, 'built'),
    },
  }
  const deploy = command({ deploy: writes('deploy'), verify: writes('verify'), undo: writes('undo'), ...over })
  const [service] = await bindServices(tinyConfig({ services: { api: { path: '.', deploy } } }))
  if (!service) throw new Error('there is one')
  const [step] = service.plan(facts)
  if (!step) throw new Error('there is one')
  return { log, ending, context, service, step }
}

test('each command is told what is to serve, in the job that holds the credentials', async () => {
  const { service, step, context, log } = await opened()
  expect(service).toMatchObject({ runsIn: 'job', keepsFormer: false })
  expect(step).toMatchObject({ id: 'api.deploy', phase: 'switch', undoable: true, limitMs: 900_000 })
  const [forth, back] = [`${now} over ${former} in staging`, `${former} over ${now} in staging`]
  expect(await service.perform(step, facts, context)).toEqual({ ok: true, detail: `deploy ${forth}` })
  expect(await service.verify(facts, context)).toEqual({ ok: true, detail: `verify ${forth}` })
  expect(await service.undo(step, facts, context)).toEqual({ ok: true, detail: `undo ${back}` })
  expect(log).toContain(`api: deploy ${forth}`)
})

test('a rollback undoes, and one that fails deploys what served again', async () => {
  const { service, context } = await opened()
  const rollback = { ...facts, kind: 'rollback' as const }
  const [step] = service.plan(rollback)
  if (!step) throw new Error('there is one')
  expect(step).toMatchObject({ id: 'api.undo', kind: 'undo' })
  expect(await service.perform(step, rollback, context)).toMatchObject({
    detail: `undo ${now} over ${former} in staging`,
  })
  expect(await service.undo(step, rollback, context)).toMatchObject({
    detail: `deploy ${former} over ${now} in staging`,
  })
})

test('a command that fails says how, and what it wrote last', async () => {
  const { service, step, context } = await opened({ deploy: 'echo one; echo two >&2; exit 3' })
  const outcome = await service.perform(step, facts, context)
  expect(outcome).toMatchObject({ ok: false, why: 'echo one; echo two >&2; exit 3 exited with code 3' })
  expect(outcome.ok ? [] : outcome.lines.toSorted()).toEqual(['one', 'two'])
})

test('what it writes as an answer is kept, and says where people reach it', async () => {
  const { service, step, context } = await opened({
    deploy: 'echo "url=https://api-7.example.com" >> "$GANTRY_ANSWER"; echo "id=dpl 7" >> "$GANTRY_ANSWER"',
  })
  const answer = { url: 'https://api-7.example.com', id: 'dpl 7' }
  expect(await service.perform(step, facts, context)).toEqual({ ok: true, detail: null, answer })
  const after = { ...context, answers: (id: string) => (id === 'api.deploy' ? answer : null) }
  expect(await service.address(facts, after)).toBe(answer.url)
  expect(await service.address(facts, context)).toBeNull()
  const named = await opened({ url: 'https://{environment}.example.com' })
  expect(await named.service.address(facts, context)).toBe('https://staging.example.com')
})

test('the files of the release are unpacked for it, where the release has some', async () => {
  const { service, step, context } = await opened({ deploy: 'cat "$GANTRY_ARTIFACT"' })
  const artifacts = [{ service: 'api', digest: `sha256:${'0'.repeat(64)}`, bytes: 5 }]
  const built = { ...facts, release: { ...facts.release, artifacts } }
  expect(await service.perform(step, built, context)).toMatchObject({ ok: true, detail: 'built' })
})

test('one that is given up ends, with all it started', async () => {
  const { service, step, context, ending, log } = await opened({ deploy: 'sleep 600 & echo begun; wait' })
  const outcome = service.perform(step, facts, context)
  await expect.poll(() => log).toEqual(['api: begun'])
  ending.abort()
  // It has ended once nobody holds its output any more: what it started neither.
  expect(await outcome).toMatchObject({ ok: false, why: expect.stringContaining('was ended by SIGTERM') })
})
