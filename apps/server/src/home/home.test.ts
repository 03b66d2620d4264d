import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHome, writePrivate } from './home.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-home-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

test('a folder is made, claimed, and free again; its secret stays and only this user may read it', async () => {
  const path = join(dir, 'a/b')
  const first = await openHome(path)
  expect(JSON.parse(await readFile(join(path, 'server.pid'), 'utf8'))).toMatchObject({ pid: process.pid })
  await first.release()
  await expect(stat(join(path, 'server.pid'))).rejects.toThrow('ENOENT')
  const second = await openHome(path)
  expect(second.secret).toEqual(first.secret)
  expect((await stat(join(path, 'secret'))).mode & 0o077).toBe(0)
  await second.release()
})

test('a secret that was cut short is made anew', async () => {
  const path = join(dir, 'cut')
  await (await openHome(path)).release()
  await writeFile(join(path, 'secret'), 'short')
  const home = await openHome(path)
  expect(home.secret).toHaveLength(32)
  expect(await readFile(join(path, 'secret'))).toEqual(home.secret)
  await home.release()
})

test('a folder another server works in is refused; what a crash left behind is taken over', async () => {
  const path = join(dir, 'busy')
  await (await openHome(path)).release()
  await writeFile(join(path, 'url'), 'http://127.0.0.1:1')
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await new Promise(done => other.once('spawn', done))
  const lock = join(path, 'server.pid')
  await writeFile(lock, String(other.pid))
  await expect(openHome(path)).rejects.toMatchObject({ code: 'HOME_IN_USE', facts: { owner: other.pid } })
  const ended = new Promise(done => other.once('exit', done))
  other.kill('SIGKILL')
  await ended
  await (await openHome(path)).release()
  await expect(stat(join(path, 'url'))).rejects.toThrow('ENOENT')
  // The number belongs to a program that is no server, or is no number.
  const shell = spawn('sleep', ['30'])
  await new Promise(done => shell.once('spawn', done))
  await writeFile(lock, String(shell.pid))
  await (await openHome(path)).release()
  shell.kill('SIGKILL')
  await writeFile(lock, 'nonsense')
  await (await openHome(path)).release()
})

test('a place that cannot be written is named with what the system said', async () => {
  const file = join(dir, 'file')
  await writeFile(file, '')
  await expect(openHome(join(file, 'below'))).rejects.toMatchObject({
    code: 'HOME_UNWRITABLE',
    facts: { code: 'ENOTDIR' },
  })
})

test('a private file is replaced whole: whoever reads meanwhile never finds it empty or cut', async () => {
  const path = join(dir, 'token')
  const texts = ['a'.repeat(32), 'b'.repeat(32)]
  await writePrivate(path, 'a'.repeat(32))
  let isOn = true
  const read = (async () => {
    const seen = new Set<string>()
    while (isOn) seen.add(await readFile(path, 'utf8'))
    return seen
  })()
  for (let turn = 0; turn < 300; turn++) await writePrivate(path, texts[turn % 2] ?? '')
  isOn = false
  for (const text of await read) expect(texts).toContain(text)
  expect((await stat(path)).mode & 0o077).toBe(0)
  expect((await readdir(dir)).filter(name => name.endsWith('.part'))).toEqual([])
})
