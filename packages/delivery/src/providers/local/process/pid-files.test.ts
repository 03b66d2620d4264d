import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChild } from './child.ts'
import { pidFiles } from './pid-files.ts'
import { processStart } from './process-start.ts'

const folder = () => mkdtemp(join(tmpdir(), 'gantry-pids-'))
const start = (script: string, pids: ReturnType<typeof pidFiles>, lines: string[] = []) =>
  startChild(
    { key: 'k', args: ['-e', script], cwd: tmpdir(), env: {}, onLine: (_stream, text) => lines.push(text) },
    pids,
  )

test('a process is noted while it runs and forgotten when it ended', async () => {
  const dir = await folder()
  const lines: string[] = []
  const child = start("console.log('a\\r'); console.error('b'); process.stdout.write('no end')", pidFiles(dir), lines)
  expect(readdirSync(dir)).toEqual([`${child.pid}.json`])
  expect(await child.exited).toBe('exited with code 0')
  expect(lines.sort()).toEqual(['a', 'b', 'no end'])
  expect(child.lastLines()).toHaveLength(3)
  expect(readdirSync(dir)).toEqual([])
  await child.stop(0)
})

test('one that does not want to end is ended by force, with its children', async () => {
  const pids = pidFiles(await folder())
  const lines: string[] = []
  const child = start(
    `process.on('SIGTERM', () => {});
     const inner = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
     console.log(inner.pid); setInterval(() => {}, 1000)`,
    pids,
    lines,
  )
  await expect.poll(() => lines.length).toBe(1)
  await child.stop(100)
  expect(await child.exited).toBe('was ended by SIGKILL')
  await expect.poll(() => processStart(Number(lines[0]))).toBeNull()
})

test('leftovers are ended; a number that belongs to another process now is left alone', async () => {
  const dir = await folder()
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  const innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  pidFiles(dir).note(left.pid ?? 0, 'left')
  writeFileSync(
    join(dir, `${innocent.pid}.json`),
    JSON.stringify({ pid: innocent.pid, started: 'another:1', key: 'innocent' }),
  )
  writeFileSync(join(dir, '99.json'), '{"pid": 9')
  expect(await pidFiles(dir).endLeftovers(1_000)).toEqual(['left'])
  expect(readdirSync(dir)).toEqual([])
  expect(processStart(innocent.pid ?? 0)).not.toBeNull()
  innocent.kill('SIGKILL')
})

test('a program that cannot be started says so', async () => {
  const child = startChild({ key: 'k', args: [], cwd: '/nowhere', env: {}, onLine: () => {} }, pidFiles(await folder()))
  expect(await child.exited).toMatch(/could not be started/)
  expect(child.isRunning()).toBe(false)
  await child.stop(0)
})
