import { existsSync, readdirSync } from 'node:fs'
import { arch } from 'node:os'
import { join } from 'node:path'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { runText, tempFolder, testMachine } from '../testing/test-machine.ts'
import { testRegistry } from '../testing/test-registry.ts'
import { ownPnpm } from './own-pnpm.ts'
import { writePnpmCommand } from './pinned-pnpm.ts'

const saying = (version: string): Record<string, string> => ({
  'bin/pnpm': `#!/bin/sh\necho "pinned ${version}: $*"\n`,
  'package.json': '{"bin":{"pnpm":"bin/pnpm"}}',
})
const registry = await testRegistry({ pnpm: { '8.9.0': saying('8.9.0'), '10.0.0': saying('10.0.0') } })
const { version } = ownPnpm()

/** A machine as people have it, with Gantry's pnpm on the PATH of jobs. */
async function machineWith(files: Record<string, string>, url = registry.url) {
  const machine = testMachine({ files, extraPath: [tempFolder()] })
  await writePnpmCommand(join(machine.extraPath[0] ?? '', 'pnpm'), machine.toolDir)
  machine.env.npm_config_registry = url
  return machine
}
const job = (run: string): string => oneJob(`- uses: actions/checkout@v4\n- run: |\n    ${run}`)

describe('the pnpm of a job that sets up none', () => {
  test.each([
    ['in the folder', 'pnpm --version x'],
    ['in a folder above', 'cd packages/a && pnpm --version x'],
  ])('is the one that packageManager pins, %s', async (_, run) => {
    const pinned = `{"name":"x","packageManager": "pnpm@10.0.0+sha512.abc","private":true}`
    const machine = await machineWith({ 'package.json': pinned, 'packages/a/package.json': '{}' })
    expect((await runText(job(run), machine)).log).toContain('pinned 10.0.0: --version x')
    registry.asked.length = 0
    const again = await machineWith({ 'package.json': pinned, 'packages/a/package.json': '{}' })
    expect((await runText(job(run), { ...again, cacheDir: machine.cacheDir, events: again.events })).log).toContain(
      'pinned 10.0.0: --version x',
    )
    expect(registry.asked.filter(path => path.endsWith('.tgz'))).toEqual([])
  })

  test('is the one an action fetched before, without a second copy', async () => {
    const machine = await machineWith({ 'package.json': '{"packageManager":"pnpm@8.9.0"}' })
    const setUp = '- uses: actions/checkout@v4\n- uses: pnpm/action-setup@v4'
    await runText(oneJob(setUp), machine)
    expect(existsSync(join(machine.toolDir, 'pnpm/8.9.0', arch()))).toBe(true)
    const { log } = await runText(job('pnpm here; ls ~/.cache/gantry/pnpm/8.9.0 2>/dev/null || echo no copy'), machine)
    expect(log).toContain('pinned 8.9.0: here\nno copy')
  })

  test.each([
    ['pins nothing', '{}'],
    ['pins that version', `{"packageManager":"pnpm@${version}"}`],
    ['is of another package manager', '{"packageManager":"yarn@4.0.0"}'],
  ])("is Gantry's own, without a network, where the repository %s", async (_, manifest) => {
    const machine = await machineWith({ 'package.json': manifest }, 'http://127.0.0.1:9/')
    const { log } = await runText(job('pnpm_config_pm_on_fail=ignore pnpm --version'), machine)
    expect(log).toContain(version)
  })

  test('is refused, with the reason, when it cannot be had', async () => {
    const machine = await machineWith({ 'package.json': '{"packageManager":"pnpm@9.1.2"}' }, 'http://127.0.0.1:9/')
    const { log, job: ended } = await runText(job('pnpm_config_fetch_retry_mintimeout=10 pnpm --version'), machine)
    expect(ended('a').conclusion).toBe('failure')
    expect(log).toContain('expected pnpm 9.1.2, which packageManager in package.json asks for, got none')
    expect(readdirSync(machine.toolDir)).toEqual([])
  })
})

describe('pnpm/action-setup', () => {
  const pinned = { 'package.json': '{"packageManager":"pnpm@10.0.0"}' }
  const use = (ref: string): string =>
    oneJob(
      `- uses: actions/checkout@v4\n- uses: pnpm/action-setup@${ref}\n  with: { version: 8.9.0 }\n- run: pnpm here`,
    )

  test.each(['v2', 'v2.4.0', 'v3', '3.0.0', 'a3252b78c470c02df07e9d59298aecedc3ccdd6d'])(
    'of %s takes the input where packageManager names another version',
    async ref => {
      const { log, job: ended } = await runText(use(ref), await machineWith(pinned))
      expect(ended('a').conclusion, log).toBe('success')
      expect(log).toContain('pinned 8.9.0: here')
    },
  )

  test.each(['v4', 'v4.1.0', 'v5', 'master', 'fe02b34f77f8bc703788d5817da081398fad5dd2'])(
    'of %s refuses two versions that differ',
    async ref => {
      const { job: ended } = await runText(use(ref), await machineWith(pinned))
      expect(ended('a').annotations[0]?.message).toContain('Multiple versions of pnpm specified')
    },
  )
})
