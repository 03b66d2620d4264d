import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadConfig } from '@gantry/config/load'
import { deployedShapes } from '@gantry/init/testing'
import { expect, test } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

interface Area {
  area: string
  problems: { severity: string; message: string }[]
}

/** The repositories are deployed for real, against vendors' fakes, in apps/server/src/release/deployed-shapes.nightly.test.ts. */
test.each(deployedShapes.map(shape => [shape.name, shape] as const))(
  '%s: what init writes deploys each service where its files say, and neither lint nor doctor has a word to say',
  async (_, { files, services }) => {
    const cwd = tempFolder()
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    const git = (...args: string[]) => execFileSync('git', args, { cwd, stdio: 'pipe' })
    git('init', '--quiet', '--initial-branch', 'main')
    git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
    expect(await typed(['init', '--yes'], { cwd })).toMatchObject({ code: 0, err: '' })
    git('add', '--all')
    const config = await loadConfig(cwd)
    const found = Object.entries(config.services).map(([name, { deploy }]) => [name, deploy.provider])
    expect(Object.fromEntries(found)).toEqual(services)
    const { code, out } = await typed(['doctor', '--json'], { cwd })
    const { areas }: { areas: Area[] } = JSON.parse(out)
    const said = areas.flatMap(({ area, problems }) =>
      problems.filter(each => !isTheirs(area, each)).map(each => `${area}: ${each.message}`),
    )
    expect([code, said]).toEqual([0, []])
  },
)

/** Which pnpm is installed here, and types that people left out of their own .env.example, are none of what init wrote. */
const isTheirs = (area: string, { severity, message }: { severity: string; message: string }): boolean =>
  severity === 'warning' && (area === 'toolchain' || /^\w+ has no type$/.test(message))
