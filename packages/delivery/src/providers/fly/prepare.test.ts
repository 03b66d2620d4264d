import { describe, expect, test } from 'vitest'
import { flyAccount } from './testing/fly-account.ts'
import { plainToml } from './testing/fly-job.ts'

const account = flyAccount()
const { app, deploy, alive, settled, sent } = account
const machines = '/apps/{app_name}/machines'
const [a] = ['a'].map(letter => letter.repeat(40)) as [string]

describe('what Fly refuses', () => {
  test('is said in its words, with its request id and what to do', async () => {
    await deploy('a')
    const body = { error: 'insufficient resources in ams', status: 'insufficient_capacity' }
    account.fake.inject(`POST ${machines}`, { kind: 'answers', status: 422, body })
    const { failed, outcome } = await account.job.deploy({ letter: 'b' })
    expect(failed).toBe('start')
    expect(outcome).toMatchObject({
      why: `Fly.io did not create shop-staging: 422 insufficient_capacity: insufficient resources in ams`,
      lines: [
        expect.stringContaining('set other `regions`'),
        expect.stringMatching(/request id for Fly.io's support: req-\d+/),
      ],
    })
    expect(account.fake.answering(app)).toEqual([a])
  })

  test('an expired token names the variable and the command that makes a new one', async () => {
    account.fake.expireToken()
    const { outcome } = await account.job.deploy({ letter: 'a' })
    expect(outcome).toMatchObject({
      ok: false,
      why: expect.stringContaining('401'),
      lines: [expect.stringContaining('fly tokens create deploy -a shop-staging'), expect.any(String)],
    })
  })

  test('no token, or no app for this environment, is said before anything is asked', async () => {
    expect((await account.job.deploy({ letter: 'a', env: { FLY_API_TOKEN: '' } })).outcome).toMatchObject({
      why: expect.stringContaining('FLY_API_TOKEN is not set'),
    })
    const settings = { app: { production: 'shop' } }
    expect((await account.job.deploy({ letter: 'a', settings })).outcome).toMatchObject({
      why: expect.stringContaining('names no app for staging'),
    })
    expect(account.fake.requests).toEqual([])
  })
})

describe('an image', () => {
  test('is promoted by its digest: production runs the bytes staging proved', async () => {
    await deploy('a')
    const earlier = [account.job.history()]
    await deploy('a', { environment: 'production', earlier })
    const [production] = account.fake.machines.filter(each => each.app === 'shop-production')
    expect(production?.config.image).toBe(`registry.fly.io/shop-staging@sha256:${'a'.repeat(64)}`)
  })

  test('that the registry has no more fails the promotion before anything is made', async () => {
    await deploy('a')
    const earlier = [account.job.history()]
    account.fake.images.clear()
    const { failed, outcome } = await account.job.deploy({ letter: 'a', environment: 'production', earlier })
    expect([failed, outcome]).toEqual([
      'image',
      expect.objectContaining({ why: expect.stringContaining('has the image of staging no more') }),
    ])
  })

  test('needs somebody to build it, and names both who can', async () => {
    const { outcome } = await account.job.deploy({ letter: 'd' })
    expect(outcome).toMatchObject({ why: expect.stringMatching(/neither docker nor flyctl is here/) })
  })
})

test('secrets are set before machines start, which wait for that version', async () => {
  const more = { settings: { secrets: ['DATABASE_URL'] }, env: { DATABASE_URL: 'postgres://x' } }
  await deploy('a', more)
  expect(account.fake.secrets.get(app)).toEqual({ DATABASE_URL: 'postgres://x' })
  expect(sent(`POST ${machines}`).map(({ body }) => Object(body).min_secrets_version)).toEqual([1])
  expect(JSON.stringify([...account.job.answers])).not.toContain('postgres://x')
  const { outcome } = await account.job.deploy({ letter: 'b', settings: more.settings })
  expect(outcome).toMatchObject({ why: expect.stringContaining('the job has no DATABASE_URL') })
})

describe('the release command', () => {
  const withCommand = `${plainToml}\n[deploy]\nrelease_command = "node migrate.mjs --to 'the end'"`

  test('runs once on a machine of its own, which is gone when the release is live', async () => {
    await account.job.toml(withCommand)
    account.fake.behaves('a'.repeat(64), { exits: { afterMs: 90_000, code: 0 } })
    const step = account.job.plan({ letter: 'a' }).filter(({ kind }) => kind === 'image' || kind === 'release-command')
    for (const each of [...step, ...step])
      expect(await account.job.perform(each, { letter: 'a' })).toMatchObject({ ok: true })
    expect(account.fake.machines.map(({ config }) => config['init'])).toEqual([
      { cmd: ['node', 'migrate.mjs', '--to', 'the end'] },
    ])
    account.fake.behaves('a'.repeat(64), {})
    await deploy('a')
    await settled()
    expect(alive(a).map(({ config }) => config.metadata['fly_process_group'])).toEqual(['app'])
  })

  test('that fails ends the deployment with its exit code, and is run again the next time', async () => {
    await account.job.toml(withCommand)
    account.fake.behaves('a'.repeat(64), { exits: { afterMs: 500, code: 3 } })
    const { failed, outcome } = await account.job.deploy({ letter: 'a' })
    expect([failed, outcome]).toEqual([
      'release-command',
      expect.objectContaining({ why: expect.stringContaining('ended with exit code 3') }),
    ])
    await account.job.deploy({ letter: 'a' })
    expect(account.fake.machines).toHaveLength(2)
  })
})
