import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { type Answer, testServer } from '../testing/test-server.ts'

const shop = {
  ...{ name: 'shop', title: 'The shop', createdAt: '2026-11-23T00:00:00.000Z', archivedAt: null },
  ...{ gitRemote: '/home/projects/shop/repository.git', checks: { run: 'r1', state: 'failure' }, openIncidents: 2 },
  environments: [{ name: 'production', release: 'abcdef0123', title: 'One', since: null }],
}

async function said(words: string[], answers: Record<string, Answer>, asked?: string[]) {
  const server = await testServer(answers)
  const result = await typed(['projects', ...words], { env: server.env, ...(asked && { answers: asked }) })
  return { ...result, server }
}

it('lists each with what is live, whether main is green, and what is wrong', async () => {
  const { out, code } = await said([], { 'GET /api/v1/projects': () => ({ projects: [shop] }) })
  expect(code).toBe(0)
  expect(out).toMatch(/shop +The shop +failure +production abcdef0 +2/)
  const none = await said([], { 'GET /api/v1/projects': () => ({ projects: [] }) })
  expect(none.out).toContain('gantry projects add <name>')
})

it('adds one, and says what to type next in its repository', async () => {
  const { out, err, server } = await said(['add', 'shop', '--title', 'The shop'], {
    'POST /api/v1/projects': () => shop,
  })
  expect(out).toBe('added shop\n')
  expect(err).toContain('git remote add gantry /home/projects/shop/repository.git')
  expect(server.asked[0]?.body).toEqual({ name: 'shop', title: 'The shop' })
})

it('renames what people call it', async () => {
  const { out, server } = await said(['rename', 'shop', 'Ours'], {
    'POST /api/v1/projects/shop/rename': () => ({ ...shop, title: 'Ours' }),
  })
  expect([out, server.asked[0]?.body]).toEqual(['shop is called Ours; its addresses stay\n', { title: 'Ours' }])
})

it('archives after a yes only, for a reason, and says how it is undone', async () => {
  const answers = { 'POST /api/v1/projects/shop/archive': () => ({ ...shop, archivedAt: shop.createdAt }) }
  const words = ['archive', 'shop', '--reason', 'it was sold']
  const no = await said(words, answers, ['n'])
  expect([no.code, no.server.asked]).toEqual([2, []])
  const yes = await said(words, answers, ['y'])
  expect([yes.code, yes.server.asked[0]?.body]).toEqual([0, { reason: 'it was sold' }])
  expect(yes.out).toContain('gantry projects restore shop')
  expect((await said(words, answers)).code).toBe(2)
  expect((await said([...words, '--yes'], answers)).code).toBe(0)
})

it('takes one up again', async () => {
  const answers = { 'POST /api/v1/projects/shop/restore': () => shop }
  expect((await said(['restore', 'shop'], answers)).out).toBe('shop is taken up again\n')
  expect((await said(['restore'], answers)).code).toBe(2)
})
