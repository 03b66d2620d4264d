import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findChromium } from './chromium.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chromium-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function program(name: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, '#!/bin/sh\n')
  await chmod(path, 0o755)
  return path
}

test('the browser named by CHROMIUM_PATH comes before the one of the system', async () => {
  await program('chromium')
  const own = await program('my-browser')
  expect(await findChromium({ CHROMIUM_PATH: own, PATH: folder })).toBe(own)
})

test('a CHROMIUM_PATH that leads nowhere is an error, not a reason to look elsewhere', async () => {
  await program('chromium')
  const gone = join(folder, 'gone')
  await expect(findChromium({ CHROMIUM_PATH: gone, PATH: folder })).rejects.toThrow(`found none at ${gone}`)
})

test('finds Chromium before Chrome on PATH', async () => {
  await program('google-chrome')
  expect(await findChromium({ PATH: folder })).toBe(join(folder, 'google-chrome'))
  const chromium = await program('chromium')
  expect(await findChromium({ PATH: folder })).toBe(chromium)
})
