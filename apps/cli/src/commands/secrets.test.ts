import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type TestHostChanges, tempFolder, typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const at = '2026-11-01T00:00:00.000Z'
const secret = {
  name: 'TOKEN',
  environment: null,
  isForAnyBranch: true,
  isLost: false,
  updatedAt: at,
  updatedBy: 'Ana',
}

async function say(args: string[], changes: TestHostChanges = {}) {
  const gantry = await testServer({
    'GET /api/v1/projects/shop/secrets': () => ({
      secrets: [secret, { ...secret, name: 'KEY', environment: 'production', isForAnyBranch: false, isLost: true }],
      unset: [
        { kind: 'secret', name: 'FLY', environment: 'staging', askedBy: ['deploy.yml ship'] },
        { kind: 'variable', name: 'REGION', environment: null, askedBy: ['deploy.yml ship'] },
      ],
      environments: ['staging', 'production'],
    }),
    'POST /api/v1/projects/shop/secrets': () => ({ name: 'TOKEN' }),
    'POST /api/v1/projects/shop/secrets/remove': () => ({}),
    'GET /api/v1/projects/shop/variables': () => ({
      variables: [
        { name: 'REGION', environment: null, value: 'fra', updatedAt: at, updatedBy: 'Ana' },
        { name: 'REGION', environment: 'production', value: 'lhr', updatedAt: at, updatedBy: 'Ana' },
      ],
      environments: ['staging', 'production'],
    }),
    'POST /api/v1/projects/shop/variables': () => ({ name: 'REGION' }),
  })
  return { ...(await typed(args, { env: { ...gantry.env, GANTRY_PROJECT: 'shop' }, ...changes })), sent: gantry.asked }
}

it('lists names and where they are set, what is lost, and what workflows miss', async () => {
  const { out, code } = await say(['secrets'])
  expect(code).toBe(0)
  expect(out).toMatch(/TOKEN +repository +any branch .* Ana/)
  expect(out).toMatch(/KEY +production +its key is lost: set it again/)
  expect(out).toMatch(/FLY +staging +deploy.yml ship/)
  expect(out).not.toContain('REGION')
})

it('takes the value from the standard input, without the line end of echo, and prints it nowhere', async () => {
  const { out, err, sent } = await say(['secrets', 'set', 'token', '-e', 'staging'], { input: 'hush hush\n' })
  expect(sent[0]?.body).toEqual({ name: 'token', environment: 'staging', isForAnyBranch: false, value: 'hush hush' })
  expect(out).toBe('set TOKEN of staging\n')
  expect(out + err).not.toContain('hush')
})

it('asks a person without showing what is typed', async () => {
  const { asked, sent } = await say(['secrets', 'set', 'TOKEN', '--any-branch'], { answers: ['hush'] })
  expect(asked).toEqual(['hidden: TOKEN: '])
  expect(sent[0]?.body).toMatchObject({ value: 'hush', isForAnyBranch: true, environment: null })
})

it.each([
  [['secrets', 'set', 'TOKEN=hush'], {}, /what follows "=" is in the history/],
  [['secrets', 'set', 'TOKEN', 'hush'], {}, /too many arguments/],
  [['secrets', 'set', 'TOKEN'], {}, /expected the value of TOKEN/],
  [['secrets', 'set'], {}, /expected a name, got none/],
  [['secrets', 'set', 'TOKEN'], { input: Buffer.from([0xff, 0xfe, 0x00]) }, /expected text in UTF-8/],
  [['secrets', 'set', 'TOKEN'], { input: 'x'.repeat(50_000) }, /at most 49152 bytes/],
  [['secrets', 'set', 'TOKEN', '--any-branch', '-e', 'staging'], { input: 'x' }, /--any-branch is for secrets of the/],
])('%j is refused, and no value is shown', async (args, changes, why) => {
  const { code, err, sent } = await say(args, changes)
  expect([code, sent]).toEqual([2, []])
  expect(err).toMatch(why)
  expect(err.replace(/history of your shell.*/s, '')).not.toMatch(/hush/)
})

it('asks before it removes one, for its value cannot be had back', async () => {
  const kept = await say(['secrets', 'rm', 'TOKEN'], { answers: ['n'] })
  expect([kept.code, kept.sent]).toEqual([1, []])
  const gone = await say(['secrets', 'rm', 'TOKEN', '-e', 'staging'], { answers: ['y'] })
  expect(gone.sent[0]?.body).toEqual({ name: 'TOKEN', environment: 'staging' })
})

it('answers what a job of an environment has of a variable', async () => {
  expect((await say(['vars', 'get', 'region', '-e', 'production'])).out).toBe('lhr\n')
  expect((await say(['vars', 'get', 'REGION', '-e', 'staging'])).out).toBe('fra\n')
  expect((await say(['vars', 'get', 'NONE'])).code).toBe(2)
  const { sent } = await say(['vars', 'set', 'REGION', 'cdg', '-e', 'staging'])
  expect(sent[0]?.body).toEqual({ name: 'REGION', environment: 'staging', value: 'cdg' })
})

const workflow = (steps: string) => `on: workflow_dispatch
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
${steps}
`
const look = `      - run: echo "$A|$B|$C|\${{ vars.REGION }}" | rev
        env: { A: "\${{ secrets.A }}", B: "\${{ secrets.B }}", C: "\${{ secrets.C }}" }
      - run: echo "plain $A, again $(printf %s "$A" | base64)"
        env: { A: "\${{ secrets.A }}" }
`

function repository(files: Record<string, string> = {}) {
  const cwd = tempFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd })
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', 'git@host.example:acme/shop.git')
  mkdirSync(join(cwd, '.github/workflows'), { recursive: true })
  for (const [name, text] of Object.entries({ '.github/workflows/ship.yml': workflow(look), ...files }))
    writeFileSync(join(cwd, name), text)
  return { cwd, git }
}
const ship = (cwd: string, env: Record<string, string>) =>
  typed(['run', '.github/workflows/ship.yml', '--yes'], { cwd, env })

it('keeps values of a person in a file of their own, and gives them to runs of this repository only', async () => {
  const { cwd } = repository()
  const env = { HOME: tempFolder() }
  for (const [name, input, ...more] of [
    ['a', 'first-value'],
    ['b', 'for-all'],
    ['B', 'of-production', '-e', 'production'],
  ] as const)
    expect((await typed(['secrets', 'set', name, '--local', ...more], { cwd, env, input })).code).toBe(0)
  await typed(['vars', 'set', 'REGION', 'fra', '--local'], { cwd, env })
  const folder = join(env.HOME, '.config/gantry/values')
  const [file = ''] = readdirSync(folder)
  expect([statSync(folder).mode & 0o777, statSync(join(folder, file)).mode & 0o777]).toEqual([0o700, 0o600])
  const { out, err } = await ship(cwd, env)
  expect(out).toContain([...'first-value|of-production||fra'].reverse().join(''))
  expect(out).toContain('plain ***, again ***')
  expect(err).toContain('not set here, so empty: secret C')
  expect(err).toContain('gantry secrets set C --environment production --local')
  expect((await typed(['secrets', '--local'], { cwd, env })).out).toMatch(/B +production/)
  expect((await ship(repository({}).cwd, { HOME: tempFolder() })).out).not.toContain('eulav')
  chmodSync(join(folder, file), 0o644)
  expect((await ship(cwd, env)).err).toMatch(/others can read .*values/)
})

it('reads .env.ci files that git ignores, and says why it does not read others', async () => {
  const { cwd, git } = repository({
    '.gitignore': '.env.ci*\n',
    '.env.ci': 'A=of-the-file\nB=b-value\nREGION=fra\n',
    '.env.ci.production': 'B=b-of-production\n',
    '.env.example': '# where\n# @type=string\nREGION=\n',
  })
  const env = { HOME: tempFolder() }
  expect((await ship(cwd, env)).out).toContain([...'of-the-file|b-of-production||fra'].reverse().join(''))
  git('add', '--force', '.env.ci')
  const tracked = await ship(cwd, env)
  expect(tracked.err).toContain('.env.ci is not read as secrets: git tracks it')
  expect(tracked.out).toContain([...'|b-of-production||'].reverse().join(''))
  const given = ['run', '.github/workflows/ship.yml', '--yes', '--secret-file', '.env.ci']
  expect(await typed(given, { cwd, env })).toMatchObject({
    code: 2,
    err: expect.stringContaining('SECRET_FILE_IN_GIT'),
  })
  git('rm', '--quiet', '--cached', '.env.ci')
  writeFileSync(join(cwd, '.gitignore'), '')
  expect((await ship(cwd, env)).err).toContain('.env.ci is not read as secrets: git does not ignore it')
  expect(readFileSync(join(cwd, '.env.ci'), 'utf8')).toContain('of-the-file')
})
