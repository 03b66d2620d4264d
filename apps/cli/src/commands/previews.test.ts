import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, local, parseConfig } from '@gantry/config'
import { expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { tempFolder, typed } from '../testing/test-host.ts'
import { type Answer, refusal, testServer } from '../testing/test-server.ts'

const preview = {
  ...{ number: 12, environment: 'pr-12', title: 'A menu', branch: 'menu', author: 'Leo', page: null, sha: sample.sha },
  ...{ state: 'ready', deployment: 'd1', because: null, createdAt: '2026-11-23T00:00:00.000Z', endedAt: null },
  ...{ deployedAt: '2026-11-23T00:00:00.000Z', expiresAt: '2026-11-30T00:00:00.000Z' },
  ...{ addresses: { web: 'http://127.0.0.1:4490' }, address: 'http://127.0.0.1:4490', serving: sample.sha },
}
const below = '/api/v1/projects/shop'
const removal = { ...sample.deployment, kind: 'removal', state: 'removed', environment: 'pr-12', id: 'd2' }

async function said(words: string[], answers: Record<string, Answer>, more: Parameters<typeof typed>[1] = {}) {
  const server = await testServer(answers)
  const result = await typed(['previews', ...words], { ...more, env: { ...server.env, ...more.env } })
  return { ...result, server }
}

it('lists what is there and where, and why something is not', async () => {
  const refused = { ...preview, number: 13, state: 'refused', address: null, addresses: {}, because: 'it is a fork' }
  const { out, code } = await said([], { [`GET ${below}/previews`]: () => ({ previews: [preview, refused], most: 5 }) })
  expect(code).toBe(0)
  expect(out).toMatch(/#12 +ready +\w{7} +A menu +http:\/\/127\.0\.0\.1:4490/)
  expect(out).toMatch(/#13 +refused .* it is a fork/)
  const off = await said([], { [`GET ${below}/previews`]: () => ({ previews: [], most: null }) })
  expect(off.out).toContain('write `previews: {}`')
})

it('says where one is, and exits 1 where it answers nowhere', async () => {
  const one = { [`GET ${below}/previews/pr-12`]: () => preview }
  expect(await said(['open', '#12'], one)).toMatchObject({ out: 'http://127.0.0.1:4490\n', code: 0 })
  const json = await said(['open', '12', '--json'], one)
  expect(JSON.parse(json.out)).toMatchObject({ number: 12 })
  const nowhere = { ...preview, address: null, state: 'failed', because: 'web did not start' }
  const { out, code } = await said(['open', '12'], { [`GET ${below}/previews/pr-12`]: () => nowhere })
  expect([out, code]).toEqual(['#12 answers nowhere: web did not start\n', 1])
  const making = { ...nowhere, state: 'making', because: null }
  const early = await said(['open', '12'], { [`GET ${below}/previews/pr-12`]: () => making })
  expect(early.out).toBe('#12 answers nowhere: it is being made\n')
  expect(await said(['open', 'main'], {})).toMatchObject({ code: 2 })
})

it('removes one after a yes only, for a reason, and sees it to its end', async () => {
  const answers = {
    [`POST ${below}/previews/pr-12/removal`]: () => ({ removal }),
    [`GET ${below}/deployments/d2`]: () => removal,
    [`GET ${below}/previews/pr-12`]: () => ({ ...preview, state: 'removed' }),
  }
  const no = await said(['remove', '12'], answers, { answers: ['n'] })
  expect([no.code, no.server.asked]).toEqual([1, []])
  const yes = await said(['remove', '12', '--reason', 'seen'], answers, { answers: ['y'] })
  expect(yes.out).toContain('pr-12 is removed')
  expect(yes.server.asked[0]?.body).toEqual({ reason: 'seen' })
  // In a job nobody is asked.
  expect(await said(['remove', '--environment', 'pr-12'], answers)).toMatchObject({ code: 0 })
  expect(await said(['remove', '--environment', 'pr-12', '--deployment', 'd2'], answers)).toMatchObject({ code: 0 })
  const failed = { ...removal, state: 'failed', failure: 'Fly answered 500' }
  const left = await said(['remove', '12'], { [`POST ${below}/previews/pr-12/removal`]: () => ({ removal: failed }) })
  expect([left.out, left.code]).toEqual([expect.stringContaining('Fly answered 500'), 1])
  const later = await said(['remove', '12'], { [`POST ${below}/previews/pr-12/removal`]: () => ({ removal: null }) })
  expect([later.out, later.code]).toEqual([expect.stringContaining('goes once what is under way'), 0])
})

it('goes on until nothing is left of earlier commits either', async () => {
  const ids = ['d2', 'd3']
  const { out, code, server } = await said(['remove', '12'], {
    [`POST ${below}/previews/pr-12/removal`]: () => {
      const id = ids.shift()
      return { removal: id === undefined ? null : { ...removal, id } }
    },
    [`GET ${below}/previews/pr-12`]: () => ({ ...preview, state: 'removing' }),
  })
  expect([out.trimEnd().split('\n').at(-1), code, ids]).toEqual(['pr-12 is removed', 0, []])
  expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(3)
})

const config = defineConfig({
  project: 'shop',
  services: { web: { path: 'apps/web', artifact: 'apps/web/dist', deploy: local({ kind: 'static' }) } },
  environments: { staging: { on: 'main' } },
})

it('uploads what a pull request built to its own place, and deploys it', async () => {
  const cwd = tempFolder()
  mkdirSync(join(cwd, 'apps/web/dist'), { recursive: true })
  writeFileSync(join(cwd, 'apps/web/dist/index.html'), '<p>web</p>')
  const live = { ...sample.deployment, environment: 'pr-12', state: 'live', liveAt: '2026-11-23T00:00:00.000Z' }
  const answers: Record<string, Answer> = {
    [`GET ${below}/previews/pr-12/config`]: () => ({ config: parseConfig(config), sha: sample.sha }),
    [`HEAD ${below}/previews/pr-12/artifacts/*`]: () => 404,
    [`PUT ${below}/previews/pr-12/artifacts/*`]: () => ({}),
    [`POST ${below}/previews/pr-12`]: () => live,
    [`GET ${below}/previews/pr-12`]: () => preview,
  }
  const words = ['deploy', '--environment', 'pr-12', '--sha', sample.sha]
  const { out, code, server } = await said(words, answers, { cwd })
  expect([out, code]).toEqual([expect.stringContaining('pr-12 is at http://127.0.0.1:4490'), 0])
  expect(server.asked[0]?.query).toEqual({ sha: sample.sha })
  expect(server.asked.find(({ method }) => method === 'POST')?.body).toMatchObject({
    sha: sample.sha,
    artifacts: [{ service: 'web' }],
  })
  const refused = await said(
    words,
    {
      ...answers,
      [`POST ${below}/previews/pr-12`]: () => refusal('PREVIEW_REFUSED', 'no preview of #12: it is closed'),
    },
    { cwd },
  )
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('it is closed')])
})
