import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cutAfter, lostAnswer, openVercelFake, slowBody, tooMany, type VercelFake } from './index.ts'

let fake: VercelFake
beforeAll(async () => {
  fake = await openVercelFake()
})
afterEach(() => fake.reset())
afterAll(() => fake[Symbol.asyncDispose]())

const create = 'POST /v13/deployments'
const ask = (path: string, init: RequestInit = {}) =>
  fake.fetch(`https://api.vercel.com${path}`, {
    ...init,
    headers: { authorization: `Bearer ${fake.token}`, 'content-type': 'application/json' },
  })
const deploy = (body: object) => ask('/v13/deployments', { method: 'POST', body: JSON.stringify(body) })

test('a request that the description knows is done, and written down', async () => {
  fake.addProject('web')
  const answer = await deploy({ name: 'web', target: 'production', meta: { release: 'a' } })
  expect(await answer.json()).toMatchObject({ id: 'dpl_fake1', readyState: 'QUEUED' })
  expect(fake.requests).toMatchObject([{ operation: create, status: 200, body: { name: 'web' } }])
  expect(fake.requests[0]?.headers).not.toHaveProperty('authorization')
  expect(fake.oddities).toEqual([])
})

test.each<[string, () => Promise<Response>, number, RegExp]>([
  ['a field it does not know', () => deploy({ name: 'web', nmae: 'x' }), 400, /body: .*\(nmae\)/],
  ['a field that is missing', () => deploy({}), 400, /body: must have required property 'name'/],
  ['a parameter it does not know', () => ask('/v9/projects/web?teamid=x'), 400, /query: .*\(teamid\)/],
  [
    'a value it does not allow',
    () => ask('/v13/deployments?forceNew=yes', { method: 'POST', body: '{"name":"web"}' }),
    400,
    /forceNew/,
  ],
  ['an operation it does not have', () => ask('/v13/deploymets'), 404, /GET \/v13\/deploymets is not described/],
  [
    'a body where none belongs',
    () => ask('/v12/deployments/x/cancel', { method: 'PATCH', body: '{"a":1}' }),
    400,
    /takes no body/,
  ],
])('%s is refused, and written down as odd', async (_, send, status, said) => {
  expect((await send()).status).toBe(status)
  expect(fake.oddities.join()).toMatch(said)
})

test('a fault is met once, by the operation it waits for', async () => {
  fake.addProject('web')
  fake.inject(create, tooMany(7))
  expect((await ask('/v9/projects/web')).status).toBe(200)
  const refused = await deploy({ name: 'web' })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7'])
  expect(fake.state.deployments.size).toBe(0)
  expect((await deploy({ name: 'web' })).status).toBe(200)
  expect(() => fake.inject('POST /v13/deploymets', tooMany(1))).toThrow('is none of')
})

test('what is done may be answered as if it were not, or not at all', async () => {
  fake.addProject('web')
  fake.inject(create, lostAnswer())
  expect((await deploy({ name: 'web' })).status).toBe(408)
  fake.inject(create, cutAfter)
  await expect(deploy({ name: 'web' })).rejects.toThrow('fetch failed')
  expect(fake.state.deployments.size).toBe(2)
  fake.inject(create, slowBody)
  const slow = await deploy({ name: 'web' })
  expect(slow.status).toBe(200)
  await slow.body?.cancel()
  expect(fake.unmet()).toEqual([])
})

test('an expired token is refused in the words of the vendor', async () => {
  fake.expireToken()
  const refused = await ask('/v9/projects/web')
  expect([refused.status, await refused.json()]).toEqual([
    403,
    { error: expect.objectContaining({ code: 'forbidden' }) },
  ])
})

test('a site that was deployed answers at its own host', async () => {
  fake.addProject('web')
  await deploy({ name: 'web', meta: { gantryRelease: 'abc' } })
  for (let i = 0; i < 3; i += 1) await ask('/v13/deployments/dpl_fake1')
  const visit = await fake.fetch('https://web-1.vercel.app/health')
  expect([visit.status, await visit.text()]).toEqual([200, 'abc'])
  expect((await fake.fetch('https://elsewhere.example.com/')).status).toBe(404)
})
