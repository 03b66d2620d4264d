import { expect, test } from 'vitest'
import { sampleBrowser } from './sample-browser.ts'

function browser(found: string | null | Error, fetched: { path: string } | { faults: string[] } = { faults: [] }) {
  const said: string[] = []
  let fetches = 0
  const made = sampleBrowser({
    env: {},
    signal: new AbortController().signal,
    say: line => said.push(line),
    find: async () => {
      if (found instanceof Error) throw found
      return found
    },
    fetch: async () => {
      fetches += 1
      return fetched
    },
  })
  return { made, said, fetches: () => fetches }
}

test('one that this machine has is named to the jobs without a word', async () => {
  const { made, said, fetches } = browser('/usr/bin/chromium')
  expect(made.env()).toEqual({})
  await made.provide()
  expect([made.env(), said, fetches()]).toEqual([{ CHROMIUM_PATH: '/usr/bin/chromium' }, [], 0])
})

test('one that is missing is fetched, once however often it is asked for', async () => {
  const { made, fetches } = browser(null, { path: '/fetched/chrome' })
  await Promise.all([made.provide(), made.provide()])
  expect([made.env(), fetches()]).toEqual([{ CHROMIUM_PATH: '/fetched/chrome' }, 1])
})

test('where none can be had, one line says why and what happens instead', async () => {
  const { made, said } = browser(null, { faults: ['apt-get install chromium: E: no network', 'playwright: ENOTFOUND'] })
  await made.provide()
  expect(made.env()).toEqual({})
  expect(said).toEqual([
    "no browser could be had (apt-get install chromium: E: no network; playwright: ENOTFOUND): the sample's journeys run over HTTP",
  ])
  const nothing = browser(null)
  await nothing.made.provide()
  expect(nothing.said[0]).toContain('there is no way to fetch one')
})

test('a CHROMIUM_PATH that leads nowhere is said, and no other browser is fetched in its place', async () => {
  const { made, said, fetches } = browser(new Error('CHROMIUM_PATH: found none at /gone'))
  await made.provide()
  expect([said, fetches()]).toEqual([['CHROMIUM_PATH: found none at /gone'], 0])
})
