import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openVercelFake, type VercelFake } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { vendorLine } from '../../testing/vendor-line.ts'

/** Vercel's own command, of the version that the fake's description names. It weighs 360 MB, so it is no dependency. */
const version = '64.0.2'
const run = promisify(execFile)

let fake: VercelFake
let folder: string
beforeAll(async () => {
  fake = await openVercelFake()
  folder = await mkdtemp(join(tmpdir(), 'gantry-vercel-cli-'))
  // sandbox 4.4.0, which it asks for, was never published to every mirror.
  const wanted = { private: true, dependencies: { vercel: version }, overrides: { sandbox: '4.5.0' } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(wanted))
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder })
  await site(join(folder, 'site'))
}, 600_000)
afterAll(async () => {
  await fake[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** A built site with a link in it, as frameworks leave them. */
async function site(at: string): Promise<void> {
  await mkdir(join(at, '.vercel/output/static'), { recursive: true })
  await writeFile(join(at, '.vercel/project.json'), JSON.stringify({ projectId: 'prj_web', orgId: 'team_fake' }))
  await writeFile(join(at, '.vercel/output/config.json'), '{"version":3}')
  await writeFile(join(at, '.vercel/output/static/index.html'), '<p>')
  await symlink('index.html', join(at, '.vercel/output/static/home.html'))
}

const vercel = async (...args: string[]) => {
  const command = join(folder, 'node_modules/.bin/vercel')
  const env = { ...process.env, HOME: folder, VERCEL_TELEMETRY_DISABLED: '1' }
  const { stdout, stderr } = await run(command, [...args, '--api', fake.url, '--token', fake.token, '--yes'], {
    cwd: join(folder, 'site'),
    env,
  })
  return stdout + stderr
}

test("Vercel's own command deploys, promotes and rolls back against the fake, and asks nothing it does not know", async () => {
  const project = fake.addProject('web')
  await vercel('deploy', '--prebuilt', '--prod', '--skip-domain')
  expect(project.production).toBeNull()
  expect(await vercel('promote', 'https://web-1.vercel.app')).toContain('Success!')
  await vercel('deploy', '--prebuilt', '--prod', '--skip-domain', '--force')
  await vercel('promote', 'https://web-2.vercel.app')
  expect(await vercel('rollback', 'https://web-1.vercel.app')).toContain('Success!')
  expect([project.production, project.autoAssignCustomDomains]).toEqual(['dpl_fake1', false])
  expect(fake.oddities).toEqual([])
})

test('Gantry sends the same files, links among them, and the same fields that the description leaves out', async () => {
  const created = () => fake.requests.filter(({ operation }) => operation === 'POST /v13/deployments').at(-1)
  const theirs = created()
  const line = await vendorLine({
    deploy: { provider: 'vercel', ...{ project: 'web' } },
    env: { VERCEL_TOKEN: fake.token },
    environment: 'production',
    files: { 'config.json': '{"version":3}', 'static/index.html': '<p>', 'static/home.html': '-> index.html' },
    fetch: fake.fetch,
  })
  await line.deploy('a')
  const ours = created()
  const asked = (request: typeof ours) => {
    const { files, target, project, autoAssignCustomDomains } = Object(request?.body)
    const sorted = [...files].sort((a, b) => a.file.localeCompare(b.file))
    return { files: sorted, target, project, autoAssignCustomDomains, prebuilt: request?.query['prebuilt'] }
  }
  expect(asked(ours)).toEqual(asked(theirs))
})
