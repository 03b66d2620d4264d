import { expect, test } from 'vitest'
import { importsOf, isSource, sourceFolders, violations } from './boundaries.ts'
import { root } from './command.ts'
import { importCircles, packageEntries } from './import-circles.ts'
import { sourceFiles } from './source-files.ts'

const broken = (path: string, text: string) => violations([{ path, text }])

test('the whole repository keeps its boundaries', async () => {
  const files = await sourceFiles(root, sourceFolders, isSource)
  expect(files.length).toBeGreaterThan(50)
  expect(violations(files)).toEqual([])
})

test('no files of the repository import one another in a circle, by types either', async () => {
  expect(importCircles(await sourceFiles(root, sourceFolders, isSource), await packageEntries(root))).toEqual([])
})

test('finds circles within a package, between packages, and of a file with itself', () => {
  const circles = (texts: Record<string, string>, entries = new Map<string, string>()) =>
    importCircles(
      Object.entries(texts).map(([path, text]) => ({ path, text })),
      entries,
    )
  const chain = { 'a/1.ts': "import { b } from './2.ts'", 'a/2.ts': "import type { c } from './3.ts'", 'a/3.ts': '' }
  expect(circles(chain)).toEqual([])
  expect(circles({ ...chain, 'a/3.ts': "export * from './1.ts'" })).toEqual([
    '3 files import one another: a/1.ts, a/2.ts, a/3.ts',
  ])
  expect(circles({ 'a/1.ts': "const { x } = await import('./1.ts')" })).toHaveLength(1)
  const two = { 'a/1.ts': "import '@gantry/b/words'", 'b/1.ts': "import '../a/1.ts'" }
  expect(circles(two)).toEqual([])
  expect(circles(two, new Map([['@gantry/b/words', 'b/1.ts']]))).toHaveLength(1)
})

test('core imports zod and nothing else', () => {
  expect(broken('packages/core/src/a.ts', "import * as z from 'zod'\nimport { b } from './b.ts'")).toEqual([])
  expect(broken('packages/core/src/a.ts', "import { Kysely } from 'kysely'")).toHaveLength(1)
  expect(broken('packages/core/src/a.ts', "import { open } from '@gantry/store'")).toHaveLength(1)
})

test('core performs nothing, its tests may', () => {
  const impure = ['await fetch(url)', 'process.env', 'Date.now()', 'new Date()', 'Math.random()', 'setTimeout(f, 1)']
  for (const text of impure) expect(broken('packages/core/src/a.ts', text), text).toHaveLength(1)
  for (const text of impure) expect(broken('packages/core/src/a.test.ts', text), text).toEqual([])
  expect(broken('packages/core/src/a.ts', '/** Never call Date.now() here. */\nconst at = new Date(now)')).toEqual([])
  expect(broken('packages/core/src/a.ts', "describe('still in process')")).toEqual([])
})

test('an adapter imports core and never another adapter', () => {
  expect(broken('packages/watch/src/a.ts', "import type { Notice } from '@gantry/core'")).toEqual([])
  expect(broken('packages/watch/src/a.ts', "import { open } from '@gantry/store'")).toEqual([
    'packages/watch/src/a.ts: packages/watch may import @gantry/core, not @gantry/store',
  ])
})

test('what is plugged into the runner knows it in its tests alone', () => {
  const text = "import { runWorkflow } from '@gantry/runner'"
  expect(broken('packages/job-cache/src/a.test.ts', text)).toEqual([])
  expect(broken('packages/job-cache/src/testing/a.ts', text)).toEqual([])
  expect(broken('packages/job-cache/src/a.ts', text)).toHaveLength(1)
  expect(broken('packages/runner/src/a.test.ts', "import { folderCache } from '@gantry/job-cache'")).toHaveLength(1)
  expect(broken('packages/lint/src/a.ts', "import { planFiles } from '@gantry/init'")).toHaveLength(1)
})

test('the dashboard imports the API schemas, the words for people, and nothing else of ours', () => {
  expect(broken('apps/dashboard/src/a.tsx', "import type { Line } from '@gantry/core/api'")).toEqual([])
  expect(broken('apps/dashboard/src/a.tsx', "import { percent } from '@gantry/core/words'")).toEqual([])
  expect(broken('apps/dashboard/src/a.tsx', "import { GantryError } from '@gantry/core'")).toHaveLength(1)
})

test('the settings of an adapter lead to nothing that performs', () => {
  const settings = 'packages/watch/src/channels/pigeon/settings.ts'
  expect(broken(settings, "import * as z from 'zod'\nimport { defineSettings } from '@gantry/core/config'")).toEqual([])
  expect(broken('packages/watch/src/channels/settings.ts', "export { pigeon } from './pigeon/settings.ts'")).toEqual([])
  for (const text of ["import './channel.ts'", "import { a } from '@gantry/core'", "import 'pg'", 'process.env']) {
    expect(broken(settings, text), text).toHaveLength(1)
  }
  expect(broken('packages/config/src/schema.ts', 'await fetch(url)')).toHaveLength(1)
  expect(broken('packages/config/src/load/run-config.ts', 'process.env')).toEqual([])
  expect(broken('packages/config/src/a.ts', "import { providerFor } from '@gantry/delivery'")).toHaveLength(1)
})

test('patterns from outside meet the linear engine only', () => {
  for (const text of ['new RegExp(given)', 'posix.matchesGlob(a, b)', "import m from 'picomatch'"]) {
    expect(broken('packages/report/src/a.ts', text), text).toHaveLength(1)
    expect(broken('packages/workflow/src/glob/linear-pattern.ts', text), text).toEqual([])
  }
  expect(broken('packages/report/src/a.ts', '/a+/.test(text)')).toEqual([])
})

test('nobody imports an app, nor reaches into another package by path', () => {
  expect(broken('apps/cli/src/a.ts', "import { start } from '@gantry/server'")).toHaveLength(1)
  expect(broken('packages/store/src/a.ts', "import { main } from 'gantry'")).toHaveLength(1)
  expect(broken('apps/cli/src/a.ts', "const m = await import('../../server/src/main.ts')")).toHaveLength(1)
})

test('reads imports over several lines, re-exports and dynamic ones, and no comment', () => {
  const text = "import {\n  a,\n  b,\n} from 'x'\nexport * from 'y'\nimport 'z'\n// import 'no'\nawait import('w')\n"
  expect(importsOf(text).toSorted()).toEqual(['w', 'x', 'y', 'z'])
})

test('refuses long files and names that say nothing, generated files aside', () => {
  expect(broken('packages/core/src/a.ts', 'a\n'.repeat(400))).toEqual([])
  expect(broken('packages/core/src/a.ts', 'a\n'.repeat(401))).toHaveLength(1)
  for (const name of ['utils.ts', 'shared/a.ts', 'time-utils.ts', 'run-manager.ts', 'misc.test.ts']) {
    expect(broken(`apps/server/src/${name}`, ''), name).toHaveLength(1)
  }
  expect(broken('apps/dashboard/src/live/shared-worker.ts', '')).toEqual([])
  expect(isSource('apps/dashboard/src/routeTree.gen.ts')).toBe(false)
})
