import { expect, test, vi } from 'vitest'
import { siteApi } from './site-api.ts'

const draft = { slug: 'bakery', name: 'Bakery', title: 'Fresh bread', body: 'Every day.' }
const answering = (body: unknown, status = 200) =>
  vi.fn(async (_path: string, _init?: RequestInit) => Response.json(body, { status }))

test('creates, edits and publishes by the paths of the API', async () => {
  const fetch = answering({ site: draft })
  const api = siteApi(fetch)
  await api.create(draft)
  await api.edit(draft)
  expect(await api.publish('bakery')).toEqual({ ok: true, value: draft })
  expect(fetch.mock.calls.map(([path, init]) => `${init?.method} ${path}`)).toEqual([
    'POST /api/sites',
    'PUT /api/sites/bakery',
    'POST /api/sites/bakery/publish',
  ])
  expect(fetch.mock.calls[0]?.[1]?.body).toBe(JSON.stringify(draft))
})

test('hands on the refusal of the API with its problems', async () => {
  const error = { code: 'invalid', message: 'Look again.', problems: [{ field: 'slug', message: 'No.' }] }
  expect(await siteApi(answering({ error }, 400)).create(draft)).toEqual({ ok: false, error })
})

test.each([
  ['the network is gone', async () => Promise.reject(new TypeError('Failed to fetch'))],
  ['a proxy answers with HTML', async () => new Response('<h1>502</h1>', { status: 502 })],
])('says the server does not answer when %s', async (_what, fetch) => {
  expect(await siteApi(fetch).list()).toMatchObject({ ok: false, error: { code: 'unreachable', problems: [] } })
})
