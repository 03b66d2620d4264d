import { lostAnswer } from '@gantry/vendor-fakes'
import { beforeEach, describe, expect, test } from 'vitest'
import { flyAccount } from './testing/fly-account.ts'
import { plainToml } from './testing/fly-job.ts'

const account = flyAccount()
const { app, deploy, settled, sent } = account
const machines = '/apps/{app_name}/machines'
const [a] = ['a'].map(letter => letter.repeat(40)) as [string]

describe('rolling, for volumes', () => {
  const withVolume = `${plainToml}\n[mounts]\nsource = "data"\ndestination = "/data"`
  const metadata = { fly_platform_version: 'v2', fly_process_group: 'app' }
  const mounts = [{ volume: 'vol_1', path: '/data' }]
  const settings = { strategy: 'rolling' as const }
  const image = `registry.fly.io/${app}:by-hand`

  beforeEach(async () => {
    await account.job.toml(withVolume)
    for (const region of ['ams', 'fra']) account.fake.addMachine(app, { region, config: { metadata, mounts, image } })
    await settled()
  })

  test('gives each machine the whole new config in its place, with the volume it has, one after the other', async () => {
    await deploy('a', { settings })
    expect(account.fake.answering(app)).toEqual([a, a])
    expect(account.fake.machines).toHaveLength(2)
    expect(account.fake.machines[0]?.config).toMatchObject({
      mounts,
      services: [{ internal_port: 3000 }],
      image: expect.stringContaining('@sha256:aaaa'),
    })
    expect(sent(`POST ${machines}/{machine_id}`).map(({ body }) => Object(body).current_version)).toEqual(
      account.fake.machines.map(({ id }) => `i-${id}-1`),
    )
  })

  test('that does not turn healthy is taken back from the first machine, and the second was never touched', async () => {
    account.fake.behaves('a'.repeat(64), { healthyAfterMs: null })
    expect((await account.job.deploy({ letter: 'a', settings })).failed).toBe('roll')
    await settled()
    expect(account.fake.answering(app)).toEqual(['by hand', 'by hand'])
    expect(account.fake.machines.map(({ instance }) => instance.slice(-2))).toEqual(['-3', '-1'])
  })

  test('an update whose answer was lost is not done twice', async () => {
    account.fake.inject(`POST ${machines}/{machine_id}`, lostAnswer(408))
    await deploy('a', { settings })
    expect(account.fake.machines.map(({ instance }) => instance.slice(-2))).toEqual(['-2', '-2'])
  })
})
