import { cutBefore, type FlyFake, openFlyFake, slowBody, tooMany } from '@gantry/vendor-fakes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { VendorError } from '../../vendor/vendor-error.ts'
import { JumpingClock } from '../testing/fly-job.ts'
import { machinesApi } from './machines-api.ts'
import { authorization, sendToFly } from './send-to-fly.ts'

let fake: FlyFake
let clock: JumpingClock

beforeAll(async () => {
  clock = new JumpingClock()
  fake = await openFlyFake({ now: clock.now, sleep: clock.sleepThere })
})
afterAll(() => fake[Symbol.asyncDispose]())
beforeEach(() => fake.forget())

/** @param answerMs short where a test waits for an answer that never comes */
function open(answerMs = 30_000) {
  const world = {
    fetch: clock.counting(fake.fetch),
    now: () => new Date(clock.now()),
    sleep: clock.sleep,
    signal: new AbortController().signal,
    log: () => {},
    env: {},
  }
  return machinesApi('shop', sendToFly({ world, token: fake.token, tokenEnv: 'FLY_API_TOKEN', app: 'shop', answerMs }))
}

const list = 'GET /apps/{app_name}/machines'
const create = 'POST /apps/{app_name}/machines'
const machine = { region: 'ams', config: { image: 'nginx' }, skip_service_registration: true }
const faultOf = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (cause: unknown) => (cause instanceof VendorError ? cause.fault : cause),
  )

test('waits as long as Fly asks when it has had enough', async () => {
  fake.inject(list, tooMany(7))
  const before = clock.now()
  expect(await open().list()).toEqual([])
  expect(clock.now() - before).toBe(7_000)
})

test('reads again after an answer that was cut or never ended, and makes nothing again', async () => {
  fake.inject(list, cutBefore)
  fake.inject(list, slowBody)
  expect(await open(300).list()).toEqual([])
  fake.inject(create, slowBody)
  expect(await faultOf(open(300).create(machine))).toMatchObject({ done: 'unknown', status: null })
  expect(fake.machines).toHaveLength(1)
})

test('a wait that is over is an answer, and no fault of the way', async () => {
  fake.behaves('nginx', { bootMs: 600_000 })
  const { id, instance_id } = await open().create(machine)
  const asked = fake.requests.length
  expect(await faultOf(open().wait(id, 'started', instance_id, 60))).toMatchObject({ status: 408 })
  expect(fake.requests.length - asked).toBe(1)
})

test('a token of the newer kind is sent with the scheme it names', () => {
  expect([authorization('fo1_x'), authorization('FlyV1 fm2_x')]).toEqual(['Bearer fo1_x', 'FlyV1 fm2_x'])
})
