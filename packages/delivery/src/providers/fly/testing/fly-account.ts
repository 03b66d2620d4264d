import { type FlyFake, openFlyFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type Deploying, FlyJob, JumpingClock, plainToml } from './fly-job.ts'

type FakeMachine = FlyFake['machines'][number]

/** Fly as a test finds it: one app, empty, and the images of three releases; each test ends with no request Fly would not take. */
export interface FlyAccount {
  app: string
  clock: JumpingClock
  readonly fake: FlyFake
  readonly job: FlyJob
  /** Carries it out, and expects it to go live. */
  deploy(letter: string, more?: Partial<Deploying>): Promise<void>
  /** Machines of a release that are not destroyed. */
  alive(release: string): FakeMachine[]
  /** The state of each of them, and whether it is cordoned. */
  states(release: string): [string, boolean][]
  /** Lets what Fly does by itself come to its end. */
  settled(): Promise<void>
  /** Requests of one operation so far. */
  sent(operation: string): FlyFake['requests']
  /** Empty again, in the middle of a test. */
  empty(): void
  /** A machine of this release serves, without a deployment that is spoken of. */
  serves(letter: string): Promise<void>
}

export function flyAccount(): FlyAccount {
  const clock = new JumpingClock()
  let opened: { fake: FlyFake; job: FlyJob } | null = null
  const open = () => {
    if (!opened) throw new Error('the account is open while tests run')
    return opened
  }
  const account: FlyAccount = {
    app: 'shop-staging',
    clock,
    get fake() {
      return open().fake
    },
    get job() {
      return open().job
    },
    async deploy(letter, more = {}) {
      expect(await account.job.deploy({ letter, ...more })).toEqual({ failed: null, outcome: null })
    },
    alive: release =>
      account.fake.machines.filter(
        each => each.config.metadata['gantry_release'] === release && !account.fake.state(each).startsWith('destroy'),
      ),
    states: release => account.alive(release).map(each => [account.fake.state(each), each.cordoned]),
    settled: () => clock.sleep(5_000),
    sent: operation => account.fake.requests.filter(each => each.operation === operation),
    empty() {
      account.fake.forget()
      account.job.answers.clear()
      for (const letter of 'abc') account.job.hasImage(letter)
    },
    async serves(letter) {
      const metadata = { fly_platform_version: 'v2', fly_process_group: 'app', gantry_release: letter.repeat(40) }
      account.fake.addMachine(account.app, { config: { metadata, image: account.job.hasImage(letter) } })
      await account.settled()
    },
  }
  beforeAll(async () => {
    const fake = await openFlyFake({ now: clock.now, sleep: clock.sleepThere })
    opened = { fake, job: await FlyJob.in(fake, clock) }
  })
  beforeEach(async () => {
    account.empty()
    await account.job.toml(plainToml)
  })
  afterEach(() => {
    expect(account.fake.oddities).toEqual([])
    expect(account.fake.limited).toEqual([])
  })
  afterAll(async () => {
    await account.fake[Symbol.asyncDispose]()
    await account.job[Symbol.asyncDispose]()
  })
  return account
}
