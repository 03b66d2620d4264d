import { expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const search = (id: string, name: string, more: object = {}) => ({
  ...{ id, name, kind: 'logs', isShared: false, version: 3, changedAt: sample.at, changedBy: 'Ana', mayChange: true },
  ...{ search: { q: 'level:error', range: '6h' } },
  ...more,
})

const server = await testServer({
  'GET /api/v1/projects/shop/searches': () => ({
    searches: [
      search('s1', 'Slow checkout'),
      search('s2', 'open', { kind: 'issues', isShared: true, search: { state: 'all' } }),
    ],
  }),
  'POST /api/v1/projects/shop/searches': () => search('s3', 'made'),
  'POST /api/v1/projects/shop/searches/*': () => search('s1', 'changed'),
  'POST /api/v1/projects/shop/searches/s1/remove': () => ({}),
  'POST /api/v1/projects/shop/searches/s1/put-back': () => search('s1', 'back'),
})
const run = async (...argv: string[]) => typed(['searches', ...argv], { env: server.env })
const asked = () => server.asked.at(-1)

it('lists saved searches with whose they are and what they look for', async () => {
  const { out } = await run()
  expect(out).toContain('Slow checkout  logs    you        q=level:error range=6h')
  expect(out).toContain('open           issues  everybody  state=all')
})

it('saves one, of lines or of issues', async () => {
  expect((await run('save', 'made', '-q', 'x', '--since', '6h', '--shared')).out).toBe('made: saved\n')
  expect(asked()?.body).toEqual({ kind: 'logs', name: 'made', isShared: true, search: { q: 'x', range: '6h' } })
  await run('save', 'made', '--issues', '-q', 'is:new')
  expect(asked()?.body).toEqual({ kind: 'issues', name: 'made', isShared: false, search: { q: 'is:new' } })
  expect((await run('save', 'made', '--issues', '--since', '6h')).err).toContain('are of lines, and not of issues')
  expect((await run('save')).code).toBe(2)
})

it('renames, shares and removes the one that is named, and takes a removal back', async () => {
  await run('rename', 'slow CHECKOUT', '--to', 'changed')
  expect([asked()?.path, asked()?.body]).toEqual(['/api/v1/projects/shop/searches/s1', { version: 3, name: 'changed' }])
  await run('share', 'slow checkout')
  expect(asked()?.body).toEqual({ version: 3, isShared: true })
  await run('unshare', 'open', '--issues')
  expect([asked()?.path, asked()?.body]).toEqual(['/api/v1/projects/shop/searches/s2', { version: 3, isShared: false }])
  expect((await run('remove', 'slow checkout')).out).toContain('gantry searches put-back s1')
  expect((await run('put-back', 's1')).out).toBe('back: put back\n')
  expect((await run('remove', 'open')).err).toContain('no saved search "open"')
})

it('lists issues as a saved search says', async () => {
  server.answer({ 'GET /api/v1/projects/shop/issues': () => ({ issues: [], total: 0 }) })
  await typed(['issues', '--saved', 'open', '-q', 'x'], { env: server.env })
  expect(server.asked.find(({ path }) => path.endsWith('/issues'))?.query).toEqual({ limit: '25', query: 'x' })
})
