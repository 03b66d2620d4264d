import { execFileSync, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { readLineQuery } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lineRules } from '../testing/index.ts'
import { type ClickHouseLines, openClickHouseLines } from './clickhouse-lines.ts'

let dir = ''
let url = ''
let stop = (): unknown => undefined
let lines: ClickHouseLines
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-clickhouse-'))
  await cp(resolve(import.meta.dirname, '../../engine'), dir, { recursive: true })
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: dir })
  const engine = spawn(process.execPath, ['serve.mjs', join(dir, 'data')], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stop = () => engine.kill()
  for await (const port of createInterface(engine.stdout)) {
    url = `http://127.0.0.1:${port}`
    break
  }
  lines = await openClickHouseLines(url)
}, 300_000)
afterAll(async () => {
  await lines.close()
  stop()
  await rm(dir, { recursive: true, force: true })
})

for (const [index, [title, rule]] of Object.entries(lineRules).entries())
  test(title, () => rule(lines, `rule-${index}`))

test('odd names, words and values are found as they are, and moved in once', async () => {
  const project = "it's \\ odd"
  const line = {
    ...{ project, environment: "pro'd", release: null, service: 'b\\k', level: 'warn' as const, trace: null },
    ...{ at: '2026-03-01T08:00:00.000Z', message: "it's {p0:String} \t tab \ud800", fields: { 'k\n': '\ud800 \0' } },
  }
  await lines.append([line])
  for (const query of ["service:b\\k env:pro'd", '"it\'s"', '{p0:String}', 'tab level:warn']) {
    const { lines: found } = await lines.search(project, { term: readLineQuery(query) })
    expect(found.map(({ id: _id, ...rest }) => rest)).toEqual([{ ...line, message: "it's {p0:String} \t tab \ufffd" }])
  }
  const moved = [1, 2, 3].map(number => ({ formerId: `f'${number}`, line: { ...line, message: `m${number}` } }))
  await lines.moveIn(project, moved.slice(1))
  await Promise.all([lines.moveIn(project, moved), lines.moveIn(project, moved)])
  expect((await lines.search(project, { term: readLineQuery('m*') })).lines).toHaveLength(3)
})
