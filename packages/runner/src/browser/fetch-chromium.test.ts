import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fetchChromium, playwrightVersion, waysToFetch } from './fetch-chromium.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-chromium-'))
})
afterEach(() => rm(folder, { recursive: true }))

const shell = (script: string) => ['/bin/sh', '-c', script]
/** Writes a browser into the folder that is looked through. */
const brings = () => shell(`printf '#!/bin/sh\\n' >${folder}/chromium; /bin/chmod +x ${folder}/chromium`)

async function fetched(...ways: { name: string; commands: string[][] }[]) {
  const said: string[] = []
  const outcome = await fetchChromium({ env: { PATH: folder }, say: line => said.push(line), ways })
  return { outcome, said }
}

test('root has apt do it, everybody else Playwright; without apt root has Playwright too', () => {
  const names = (facts: Parameters<typeof waysToFetch>[0]) => waysToFetch(facts).map(({ name }) => name)
  const [apt, playwright] = ['apt-get install chromium', 'playwright install chromium']
  expect(names({ isRoot: true, hasApt: true, pnpm: '/pnpm' })).toEqual([apt, playwright])
  expect(names({ isRoot: false, hasApt: true, pnpm: '/pnpm' })).toEqual([playwright])
  expect(names({ isRoot: true, hasApt: false, pnpm: '/pnpm' })).toEqual([playwright])
  expect(names({ isRoot: false, hasApt: false, pnpm: null })).toEqual([])
})

test('fetches by the first way that leaves a browser that starts, and says each in one line', async () => {
  const { outcome, said } = await fetched(
    { name: 'first', commands: [shell('echo "E: Unable to locate package chromium" >&2; exit 100')] },
    { name: 'second', commands: [shell('exit 1'), brings()] },
    { name: 'third', commands: [shell(`: >${folder}/third`)] },
  )
  expect(outcome).toEqual({ path: join(folder, 'chromium') })
  expect(said).toEqual(['no browser found; fetching Chromium: first', 'no browser found; fetching Chromium: second'])
  await expect(readFile(join(folder, 'third'))).rejects.toThrow('ENOENT')
})

test('answers why each way failed, by what the program itself said', async () => {
  const { outcome } = await fetched(
    { name: 'apt', commands: [shell('echo Reading; echo "E: Unable to locate package chromium" >&2; exit 100')] },
    { name: 'download', commands: [shell('echo "Error: getaddrinfo ENOTFOUND cdn"; echo at stack; exit 1')] },
    { name: 'nothing', commands: [shell('exit 0')] },
    { name: 'gone', commands: [[join(folder, 'no-such-program')]] },
  )
  expect(outcome).toEqual({
    faults: [
      'apt: E: Unable to locate package chromium',
      'download: Error: getaddrinfo ENOTFOUND cdn',
      'nothing: ended well, and left none that starts',
      expect.stringMatching(/^gone: .*ENOENT/),
    ],
  })
})

test('fetches for the Playwright that the sample uses', async () => {
  const path = join(import.meta.dirname, '../../../../examples/sitebuilder/pnpm-workspace.yaml')
  expect(parse(await readFile(path, 'utf8')).catalog['@playwright/test']).toBe(playwrightVersion)
})
