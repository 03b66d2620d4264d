import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ErrorEvent, Frame } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRepository, type Repository } from '../git/repository.ts'
import { eventSources } from './event-sources.ts'

let top: string
let repository: Repository
let first: string
let second: string

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'gantry-sources-'))
  const bare = join(top, 'bare.git')
  repository = await openRepository(bare)
  const work = join(top, 'work')
  await mkdir(work)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Kim', '-c', 'user.email=k@shop.example', ...args], { cwd: work }).toString()
  const commit = async (title: string, files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(work, path)), { recursive: true })
      await writeFile(join(work, path), text)
    }
    git('add', '--all')
    git('commit', '--quiet', '-m', title)
    return git('rev-parse', 'HEAD').trim()
  }
  git('init', '--quiet', '--initial-branch=main')
  // A file that begins with empty lines: its lines must keep their numbers.
  first = await commit('Prices', {
    'apps/api/src/price.ts': '\n\nexport function priceOf(cart) {\n  return cart.total\n}\n',
    'apps/api/src/route.ts': 'one\ntwo\nthree\n',
  })
  second = await commit('Round totals', {
    'apps/api/src/price.ts': '\n\nexport const priceOf = cart => round(cart.total)\n',
  })
  // Straight into the repository: its hooks would ask a server that is not there.
  execFileSync('git', ['fetch', '--quiet', work, 'main:main'], { cwd: bare })
})
afterAll(() => rm(top, { recursive: true, force: true }))

const frame = (file: string, line: number, more: Partial<Frame> = {}): Frame => ({
  file,
  function: 'priceOf',
  line,
  column: 1,
  isInApp: true,
  context: null,
  ...more,
})

const event = (release: string | null, frames: Frame[]): ErrorEvent =>
  ({
    id: '0'.repeat(32),
    release,
    service: 'api',
    exceptions: [{ type: 'TypeError', value: 'x', isSynthetic: false, isHandled: true, frames }],
  }) as unknown as ErrorEvent

const located = () => eventSources({ repository, folderOf: async () => 'apps/api' })

test('the code around a frame is that of the release, with its file and who changed it last', async () => {
  const frames = [frame('/srv/api/src/route.ts', 2), frame('/srv/api/src/price.ts', 4)]
  const view = await located()(event(first, frames))
  expect(view.exceptions[0]?.frames.map(({ path }) => path)).toEqual(['apps/api/src/route.ts', 'apps/api/src/price.ts'])
  expect(view.exceptions[0]?.frames[1]?.context).toEqual({
    pre: ['', '', 'export function priceOf(cart) {'],
    line: '  return cart.total',
    post: ['}', ''],
  })
  expect(view.lastChange).toMatchObject({ sha: first, title: 'Prices', author: 'Kim' })
  const later = await located()(event(second, [frame('/srv/api/src/price.ts', 3)]))
  expect(later.exceptions[0]?.frames[0]?.context?.line).toBe('export const priceOf = cart => round(cart.total)')
  expect(later.lastChange).toMatchObject({ sha: second, title: 'Round totals' })
})

test('what the SDK sent stays, libraries stay as they are, and a line the file does not have shows none', async () => {
  const sent = { pre: [], line: 'as sent', post: [] }
  const view = await located()(
    event(first, [
      frame('/srv/api/src/route.ts', 2, { context: sent }),
      frame('/srv/node_modules/x/src/price.ts', 1, { isInApp: false }),
      frame('/srv/api/src/price.ts', 400),
    ]),
  )
  expect(view.exceptions[0]?.frames).toMatchObject([
    { path: 'apps/api/src/route.ts', context: sent },
    { path: null, context: null },
    { path: 'apps/api/src/price.ts', context: null },
  ])
})

test.each([
  ['no release', null],
  ['a release that is no commit', '1.4.2'],
  ['a commit nobody pushed', 'f'.repeat(40)],
  ['what git would take for an option', '--upload-pack=x'],
])('an event of %s stays as it came', async (_, release) => {
  const view = await located()(event(release, [frame('/srv/api/src/price.ts', 4)]))
  expect(view.exceptions[0]?.frames).toMatchObject([{ path: null, context: null }])
  expect(view.lastChange).toBeNull()
})
