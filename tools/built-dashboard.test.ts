import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requireDashboard } from './built-dashboard.ts'

let dashboard = ''
beforeEach(async () => {
  dashboard = await mkdtemp(join(tmpdir(), 'gantry-dashboard-'))
})
afterEach(() => rm(dashboard, { recursive: true, force: true }))

/** A clone whose Vite does what the script says. */
async function clone(vite: string) {
  const program = join(dashboard, 'node_modules/vite/bin/vite.js')
  await mkdir(dirname(program), { recursive: true })
  await writeFile(program, vite)
  await writeFile(join(dashboard, 'index.html'), 'source')
  return { server: '', dashboard, dashboardSources: [join(dashboard, 'index.html')] }
}
const builds = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('dist', { recursive: true })
writeFileSync('dist/index.html', 'built')
appendFileSync('builds', 'x')
`
const count = async () => (await readFile(join(dashboard, 'builds'), 'utf8')).length

test('a fresh clone is built once, and again when a source is newer', async () => {
  const checkout = await clone(builds)
  await requireDashboard(checkout)
  await requireDashboard(checkout)
  expect(await count()).toBe(1)
  const later = Date.now() / 1000 + 60
  await utimes(join(dashboard, 'index.html'), later, later)
  await requireDashboard(checkout)
  expect(await count()).toBe(2)
})

test('one that does not build says what Vite said', async () => {
  const checkout = await clone("console.error('no entry'); process.exitCode = 1")
  await expect(requireDashboard(checkout)).rejects.toThrow('the dashboard does not build:\nno entry')
})
