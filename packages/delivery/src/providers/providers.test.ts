import { readdir } from 'node:fs/promises'
import { StepPhase } from '@gantry/core'
import type { AnyWord } from '@gantry/core/config'
import { describe, expect, test } from 'vitest'
import { tinyConfig } from '../testing/tiny-product.ts'
import { bindServices } from './bound-service.ts'
import { providerFor } from './index.ts'
import * as providers from './settings.ts'

const withDeploy = (deploy: { provider: string }) => tinyConfig({ services: { api: { path: '.', deploy } } })

/** What providers of vendors ask by is none. */
const noProvider = 'vendor'

test('every folder here is a provider of the list, with both its halves', async () => {
  const folders = (await readdir(import.meta.dirname, { withFileTypes: true })).filter(each => each.isDirectory())
  const names = folders.map(({ name }) => name).filter(name => name !== noProvider)
  expect(names.sort()).toEqual(Object.keys(providers).sort())
})

const said = Object.values<AnyWord>(providers).flatMap(({ settings }) =>
  settings.docs.examples.map(example => [settings.name, settings.word(...example) as { provider: string }] as const),
)

describe.each(said)('%s, written %j', (name, deploy) => {
  test('plans without doing anything, the same each time, steps that have names of their own', async () => {
    const { acts, settings } = await providerFor(deploy)
    expect(acts.settings).toBe((providers as Record<string, AnyWord>)[name]?.settings)
    expect(acts.kindOf(settings)).toMatch(/^[a-z]+$/)
    const [service] = await bindServices(withDeploy(deploy))
    expect(service).toMatchObject({ provider: name, runsIn: expect.stringMatching(/^(server|job)$/) })
    for (const kind of ['deploy', 'rollback'] as const) {
      const facts = { ...deployment, kind }
      const steps = service?.plan(facts) ?? []
      expect(service?.plan(facts)).toEqual(steps)
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
      expect(steps.every(each => each.service === 'api' && each.summary !== '')).toBe(true)
      for (const step of steps) expect(StepPhase.options).toContain(step.phase)
      // What requests are led by is led back when the deployment fails.
      for (const step of steps) if (step.phase === 'switch') expect(step.undoable).toBe(true)
      // What keeps data is never put back.
      if (kind === 'rollback' && service?.isStateful) expect(steps).toEqual([])
    }
  })
})

const release = {
  id: 'a'.repeat(40),
  project: 'tiny',
  sha: 'a'.repeat(40),
  title: 'a',
  author: 'Dev <dev@example.com>',
  createdAt: '2026-11-23T00:00:00.000Z',
  runId: null,
  artifacts: [],
  migrations: [],
  badBecause: null,
}
const deployment = {
  project: 'tiny',
  environment: 'staging',
  release,
  former: 'b'.repeat(40),
  isKept: false,
  retire: [],
  formerAnswers: {},
  envSalt: 'salt',
  earlier: [],
}

test('services come in the order they need each other', async () => {
  const deploy = { provider: 'local', kind: 'static' }
  const services = {
    c: { path: '.', needs: ['b'], deploy },
    b: { path: '.', needs: ['a'], deploy },
    a: { path: '.', deploy },
  }
  expect((await bindServices(tinyConfig({ services }))).map(each => each.name)).toEqual(['a', 'b', 'c'])
})

test('a provider of another time is refused by its nearest name, and for what it sets', async () => {
  const refused = (deploy: { provider: string }) => bindServices(withDeploy(deploy))
  await expect(refused({ provider: 'locl' })).rejects.toThrow(/there is no provider "locl"; did you mean "local"\?/)
  const odd = { provider: 'local', kind: 'node', entry: '../out.mjs' }
  await expect(refused(odd)).rejects.toThrow(/provider "local": entry: expected a path inside the artifact/)
})
