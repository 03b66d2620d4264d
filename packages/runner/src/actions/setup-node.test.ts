import { existsSync, readdirSync } from 'node:fs'
import { arch } from 'node:os'
import { join } from 'node:path'
import { satisfiesRange } from '@gantry/workflow'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import type { Machine } from '../run/machine.ts'
import { runText, testMachine } from '../testing/test-machine.ts'
import { testRegistry } from '../testing/test-registry.ts'
import { ownPnpm } from './own-pnpm.ts'
import { withoutLtsAlias } from './setup-node/lts.ts'

const own = process.versions.node
const saying = (program: string, version: string): Record<string, string> => ({
  [`bin/${program}`]: `#!/bin/sh\necho "fetched ${version}"\n`,
  'package.json': program === 'pnpm' ? '{"bin":{"pnpm":"bin/pnpm"}}' : '{}',
})
const registry = await testRegistry({
  [`node-${process.platform}-${arch()}`]: Object.fromEntries(
    ['12.0.0', '12.9.0', '12.10.0', '13.0.0-rc.1', '26.4.0'].map(version => [version, saying('node', version)]),
  ),
  pnpm: Object.fromEntries(['8.9.0', '8.15.0'].map(version => [version, saying('pnpm', version)])),
})

/** A machine that knows no registry but `url`. */
function machineWith(
  files: Record<string, string> = {},
  changes: Partial<Machine> = {},
  url = registry.url,
): ReturnType<typeof testMachine> {
  const machine = testMachine({ files, ...changes })
  machine.env.npm_config_registry = url
  return machine
}

const setup = (inputs: string): string =>
  `- uses: actions/checkout@v4\n- id: n\n  uses: actions/setup-node@v4\n  with: { ${inputs} }\n- run: echo "\${{ steps.n.outputs.node-version }} $(node --version) hit=\${{ steps.n.outputs.cache-hit }}"`
const noRegistry = 'http://127.0.0.1:9/'

describe('actions/setup-node', () => {
  test.each<[string, string, string]>([
    ['.nvmrc', `v${own}\n`, own],
    ['.node-version', '24 # ours\n', own],
    ['.tool-versions', 'python 3.1\nnodejs 24\n', own],
    ['mise.toml', '[tools]\npython = "3"\nnode = "24"\n', own],
    ['package.json', '{"engines":{"node":">=20"}}', own],
    ['package.json', '{"engines":{"node":"12"},"devEngines":{"runtime":{"name":"node","version":"^24"}}}', own],
    ['package.json', '{"devEngines":{"runtime":[{"name":"bun"},{"name":"node","version":"24.x"}]}}', own],
    ['package.json', '{"engines":{"node":"12"},"volta":{"node":"24"}}', own],
    ['package.json', '{"volta":{"extends":"base.json"}}', own],
  ])('reads %s: %s', async (name, text, version) => {
    const machine = machineWith({ [name]: text, 'base.json': '{"engines":{"node":"24"}}' }, {}, noRegistry)
    const { log } = await runText(oneJob(setup(`node-version-file: ${name}`)), machine)
    expect(log).toContain(`v${version} v${version} hit=false`)
  })

  test.each([
    ['nowhere', 'expected the node version file nowhere, got none'],
    ['bad.txt', 'expected bad.txt to hold a Node version, got "!!"'],
    ['package.json', 'expected package.json to name a Node version in volta, devEngines or engines'],
  ])('refuses the version file %s', async (name, message) => {
    const { job } = await runText(
      oneJob(setup(`node-version-file: ${name}`)),
      machineWith({ 'bad.txt': '!!', 'package.json': '{}' }),
    )
    expect(job('a').annotations[0]?.message).toContain(message)
    expect(job('a').conclusion).toBe('failure')
  })

  test('fetches what this machine does not have, the newest that fits, and keeps it for later jobs', async () => {
    const machine = machineWith()
    registry.asked.length = 0
    const { log } = await runText(oneJob(setup('node-version: 12')), machine)
    expect(log).toContain('v12.10.0 fetched 12.10.0')
    expect(registry.asked.filter(path => path.endsWith('.tgz'))).toHaveLength(1)
    const later = machineWith({}, { toolDir: machine.toolDir }, noRegistry)
    expect((await runText(oneJob(setup('node-version: 12.x')), later)).log).toContain('v12.10.0 fetched 12.10.0')
    expect(readdirSync(machine.toolDir)).toEqual(['node'])
  })

  test('check-latest asks the registry although one fits', async () => {
    const machine = machineWith()
    await runText(oneJob(setup('node-version: 12.9')), machine)
    const again = (inputs: string): Promise<{ log: string }> =>
      runText(oneJob(setup(inputs)), machineWith({}, { toolDir: machine.toolDir }))
    expect((await again('node-version: ">=12 <13"')).log).toContain('v12.9.0 ')
    expect((await again('node-version: ">=12 <13", check-latest: true')).log).toContain('v12.10.0 ')
  })

  test('two jobs that fetch the same at once both get it', async () => {
    const machine = machineWith()
    const runs = await Promise.all(
      [1, 2, 3].map(() =>
        runText(oneJob(setup('node-version: 12.0.0')), machineWith({}, { toolDir: machine.toolDir })),
      ),
    )
    for (const { log } of runs) expect(log).toContain('v12.0.0 fetched 12.0.0')
    expect(readdirSync(machine.toolDir)).toEqual(['node'])
  })

  test.each([
    [
      'node-version: 12',
      noRegistry,
      /^expected Node 12, got [\d., ]+ on this machine and no answer from the npm registry \(.*127\.0\.0\.1:9.*with a network$/,
    ],
    ['node-version: 14', registry.url, /^expected a version of Node, got "14"; .* and none published$/],
    ['node-version: 13.0.0-rc.1', registry.url, /^expected a version of Node, got "13.0.0-rc.1"/],
    ['node-version: lts/nope', registry.url, /^expected lts\/\*, lts\/-1 or one of lts\/argon.*got "lts\/nope"$/],
    ['cache: cargo', registry.url, /^expected cache to be npm, pnpm or yarn, got "cargo"$/],
  ])('refuses %s with registry %s', async (inputs, url, message) => {
    const { job } = await runText(oneJob(setup(inputs)), machineWith({}, {}, url))
    expect(job('a').annotations[0]?.message).toMatch(message)
    expect(job('a').conclusion).toBe('failure')
  })

  test('uses the Node of the machine without a version, and warns of two', async () => {
    const { log, job } = await runText(
      oneJob(
        `${setup('cache: npm')}\n- uses: actions/setup-node@v4\n  with: { node-version: 24, node-version-file: none, registry-url: x }`,
      ),
      machineWith({}, {}, noRegistry),
    )
    expect(log).toContain(`v${own} v${own}`)
    expect(job('a').annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining('got both; node-version is used'),
      expect.stringContaining('registry-url'),
    ])
  })

  test.each<[string, string, string]>([
    ['lts/*', '2026-11-23', '26'],
    ['lts/*', '2026-10-01', '24'],
    ['LTS', '2027-12-01', '27'],
    ['lts/-1', '2026-11-23', '24'],
    ['lts/Krypton', '2026-11-23', '24'],
    ['24.x', '2026-11-23', '24.x'],
  ])('%s at %s is %s', (asked, day, major) => {
    expect(withoutLtsAlias(asked, new Date(day))).toBe(major)
  })

  test('lts/* is the newest long-term line, not just any', async () => {
    const { log } = await runText(
      oneJob(setup('node-version: lts/*')),
      machineWith({}, { now: () => new Date('2026-11-23') }),
    )
    expect(log).toContain('v26.4.0 fetched 26.4.0')
  })

  describe('with cache: pnpm', () => {
    const pathOf = (...names: string[]): string => names.map(name => join('/', name)).join(':')

    test('before there is a pnpm fails as on GitHub', async () => {
      const machine = machineWith()
      machine.env.PATH = pathOf('nowhere')
      const { job } = await runText(oneJob('- uses: actions/setup-node@v4\n  with: { cache: pnpm }'), machine)
      expect(job('a').annotations[0]?.message).toMatch(/^Unable to locate executable file: pnpm\. Please verify/)
      expect(job('a').conclusion).toBe('failure')
    })

    test('and a pnpm that only this machine has warns that GitHub has none', async () => {
      const machine = machineWith({}, { extraPath: [ownPnpm().folder] })
      const { job } = await runText(oneJob('- uses: actions/setup-node@v4\n  with: { cache: pnpm }'), machine)
      expect(job('a').conclusion).toBe('success')
      expect(job('a').annotations).toMatchObject([
        { level: 'warning', message: expect.stringContaining('put pnpm/action-setup first') },
      ])
    })

    test.each([
      [
        'before it',
        '- run: pnpm --version || npm install --global pnpm@12\n- uses: actions/setup-node@v4\n  with: { cache: pnpm }',
        0,
      ],
      ['behind it', '- uses: actions/setup-node@v4\n  with: { cache: pnpm }\n- run: pnpm --version', 1],
    ])('and a script %s that speaks of pnpm: warnings', async (_, steps, warnings) => {
      const { job } = await runText(oneJob(steps), machineWith({}, { extraPath: [ownPnpm().folder] }))
      expect(job('a').conclusion).toBe('success')
      expect(job('a').annotations).toHaveLength(warnings)
    })

    test('after pnpm/action-setup is fine', async () => {
      const { version } = ownPnpm()
      const { job } = await runText(
        oneJob(
          `- uses: pnpm/action-setup@v4\n  with: { version: ${version} }\n- uses: actions/setup-node@v4\n  with: { cache: pnpm }`,
        ),
        machineWith(),
      )
      expect(job('a')).toMatchObject({ conclusion: 'success', annotations: [] })
    })
  })

  test.each<[string, string, boolean]>([
    ['24', '24.21.0', true],
    ['24.x', '24.21.0', true],
    ['v24.21.0', '24.21.0', true],
    ['24.20', '24.21.0', false],
    ['>=22 <24', '24.21.0', false],
    ['>= 22.1', '24.21.0', true],
    ['<=24', '24.21.0', true],
    ['>24', '24.21.0', false],
    ['^24.1', '24.21.0', true],
    ['^24.22', '24.21.0', false],
    ['~24.21', '24.21.3', true],
    ['~24.20', '24.21.3', false],
    ['20 || 24', '24.21.0', true],
    ['20 - 24', '24.21.0', true],
    ['lts/*', '24.21.0', true],
    ['lts/*', '23.1.0', false],
    ['latest', '23.1.0', true],
    ['lts/iron', '24.21.0', false],
  ])('%s and %s', (asked, version, satisfies) => {
    expect(satisfiesRange(asked, version)).toBe(satisfies)
  })
})

describe('pnpm/action-setup', () => {
  const { version } = ownPnpm()
  const [major = ''] = version.split('.')
  const use = (inputs = '{}'): string =>
    oneJob(
      `- uses: actions/checkout@v4\n- uses: pnpm/action-setup@v4\n  with: ${inputs}\n- run: command -v pnpm; pnpm --version; echo "home=$PNPM_HOME"`,
    )

  test.each<[string, string, string]>([
    ['the input', `{ version: ${version} }`, '{}'],
    ['the major version', `{ version: ${major} }`, '{}'],
    ['packageManager', '{}', `{"packageManager":"pnpm@${version}+sha512.abc"}`],
    ['both, equal', `{ version: ${version} }`, `{"packageManager":"pnpm@${version}"}`],
    ['devEngines', '{}', `{"devEngines":{"packageManager":{"name":"pnpm","version":"^${major}.0.0"}}}`],
    [
      'a list of devEngines',
      '{}',
      `{"devEngines":{"packageManager":[{"name":"npm"},{"name":"pnpm","version":"${major}.x"}]}}`,
    ],
    ['another file', '{ package_json_file: sub/package.json }', '{"packageManager":"pnpm@8.0.0"}'],
  ])('takes the own pnpm, without a download, when %s asks for it', async (_, inputs, manifest) => {
    const files = { 'package.json': manifest, 'sub/package.json': `{"packageManager":"pnpm@${version}"}` }
    const machine = machineWith(inputs.includes('sub') ? files : { 'package.json': manifest }, {}, noRegistry)
    const { log, job } = await runText(use(inputs).replace('pnpm --version', '(cd /; pnpm --version)'), machine)
    expect(job('a').conclusion).toBe('success')
    expect(log).toMatch(/home\/setup-pnpm\/node_modules\/\.bin\/pnpm\n\d+\./)
    expect(log).toMatch(/home=\/.*\/home\/setup-pnpm\/node_modules\/\.bin$/)
  })

  test.each([
    ['{ version: 8 }', '{}', 'fetched 8.15.0'],
    ['{ version: 8.9.0 }', '{}', 'fetched 8.9.0'],
    ['{}', '{"packageManager":"pnpm@8.9.0"}', 'fetched 8.9.0'],
  ])('fetches another one: %s %s', async (inputs, manifest, said) => {
    const machine = machineWith({ 'package.json': manifest })
    const { log } = await runText(use(inputs), machine)
    expect(log).toContain(said)
    expect(existsSync(join(machine.toolDir, 'pnpm'))).toBe(true)
    const later = machineWith({ 'package.json': manifest }, { toolDir: machine.toolDir })
    registry.asked.length = 0
    expect((await runText(use(inputs), later)).log).toContain(said)
    expect(registry.asked.filter(path => path.endsWith('.tgz'))).toEqual([])
  })

  test.each([
    [
      'two that differ',
      `{ version: ${major} }`,
      `{"packageManager":"pnpm@${version}"}`,
      registry.url,
      `Multiple versions of pnpm specified: version ${major} in`,
    ],
    ['no version at all', '{}', '{}', registry.url, 'No pnpm version is specified'],
    [
      'another package manager',
      '{}',
      '{"packageManager":"yarn@4.0.0"}',
      registry.url,
      'to be pnpm@…, got "yarn@4.0.0"',
    ],
    [
      'a version nobody has',
      '{ version: 7 }',
      '{}',
      registry.url,
      `expected pnpm 7, got pnpm ${version} on this machine and none from the npm registry (no such version is published)`,
    ],
    ['a version out of reach', '{ version: 8.9.0 }', '{}', noRegistry, '127.0.0.1:9'],
  ])('refuses %s', async (_, inputs, manifest, url, message) => {
    const { job } = await runText(use(inputs), machineWith({ 'package.json': manifest }, {}, url))
    expect(job('a').annotations[0]?.message).toContain(message)
    expect(job('a').conclusion).toBe('failure')
  })
})
