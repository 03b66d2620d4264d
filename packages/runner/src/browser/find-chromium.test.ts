import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findChromium } from './find-chromium.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chromium-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function program(name: string, script = ''): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\n${script}\n`)
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

test('one that is there and does not start is none: the stand-in for a snap, a download without its libraries', async () => {
  await program('chromium', 'echo "Command requires the chromium snap to be installed." >&2; exit 1')
  expect(await findChromium({ PATH: folder })).toBeNull()
  const chrome = await program('google-chrome')
  expect(await findChromium({ PATH: folder })).toBe(chrome)
})

test('finds what Playwright downloaded, the newest of it, in each shape that had', async () => {
  const old = await program('home/.cache/ms-playwright/chromium-999/chrome-linux/chrome')
  expect(await findChromium({ PATH: '/none', HOME: join(folder, 'home') })).toBe(old)
  const shell = 'chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell'
  const fresh = await program(`home/.cache/ms-playwright/${shell}`)
  expect(await findChromium({ PATH: '/none', HOME: join(folder, 'home') })).toBe(fresh)
  expect(await findChromium({ PATH: '/none', HOME: '/none' })).toBeNull()
  const elsewhere = await program(`elsewhere/${shell}`)
  const named = { PATH: '/none', HOME: join(folder, 'home'), PLAYWRIGHT_BROWSERS_PATH: join(folder, 'elsewhere') }
  expect(await findChromium(named)).toBe(elsewhere)
})
