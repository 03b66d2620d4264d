import { cutAfter, fails, lostAnswer, slowBody, tooMany } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { idOf, type LineSettings, type VendorLine, vendorLine } from '../testing/vendor-line.ts'
import type { VendorRig } from '../testing/vendor-rig.ts'
import { vendorRigs } from '../testing/vendor-rigs.ts'

describe.each(Object.entries(vendorRigs))('%s', (_, open) => {
  let rig: VendorRig
  let line: VendorLine

  beforeAll(async () => {
    rig = await open()
    line = await lineOf(rig)
  })
  afterEach(async () => {
    // What was asked, and what the fake answered, is as the vendor published it, and as its own client knows it; no fault waits
    // for a request that never came.
    const odd = [...rig.fake.oddities, ...rig.fake.unmet(), ...line.log.filter(text => text.includes('does not know'))]
    rig.reset()
    line = await lineOf(rig)
    expect(odd).toEqual([])
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  const asked = (operation: string) => rig.fake.requests.filter(each => each.operation === operation).length

  test('a release is created once, serves, and is what the vendor says is live', async () => {
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
    expect([rig.serving(), rig.created()]).toEqual([idOf('a'), 1])
    expect(await line.service.live(line.facts('a'), line.context())).toMatchObject({ release: idOf('a') })
    expect(await line.service.address(line.facts('a'), line.context())).toMatch(/^https:\/\/web\./)
  })

  test('the next one takes its place, and the former can be put back without another build', async () => {
    await line.deploy('a')
    await line.deploy('b')
    expect(rig.serving()).toBe(idOf('b'))
    expect(await line.service.canRestore(line.facts('a', 'rollback'), line.context())).toEqual({ can: true })
    expect(await line.rollBack('a')).toMatchObject({ state: 'live' })
    expect(rig.serving()).toBe(idOf('a'))
    expect(asked(rig.operations.create)).toBeLessThanOrEqual(4)
  })

  test('what it is started with is told by name, by another trace once it is another value, and never by the value', async () => {
    rig.keeps('STAYS', 'the same for ever')
    rig.keeps('MAIL_KEY', 'first secret value')
    await line.deploy('a')
    const told = () => line.service.envOf(line.facts('a'), line.context())
    const first = await told()
    expect(await told()).toEqual(first)
    rig.keeps('MAIL_KEY', 'second secret value')
    const second = await told()
    expect(Object.keys(first)).toEqual(expect.arrayContaining(['MAIL_KEY', 'STAYS']))
    expect([first['STAYS'] === second['STAYS'], first['MAIL_KEY'] === second['MAIL_KEY']]).toEqual([true, false])
    expect(JSON.stringify([first, second])).not.toMatch(/secret value|the same/)
  })

  test('each step done twice is as good as once', async () => {
    await line.deploy('a')
    const facts = line.facts('b')
    const answers = new Map()
    for (const step of line.service.plan(facts)) {
      const first = await line.service.perform(step, facts, line.contextOf(step.id, answers))
      if (first.answer) answers.set(step.id, { ...answers.get(step.id), ...first.answer })
      expect(await line.service.perform(step, facts, line.contextOf(step.id, answers))).toMatchObject({ ok: true })
    }
    expect([rig.serving(), rig.created()]).toEqual([idOf('b'), 2])
  })

  test('a process that dies behind an accepted request leaves one deployment, which the next one goes on with', async () => {
    await line.deploy('a')
    const died = await line.deploy('b', { dieAt: rig.steps.create })
    expect(died.state).toBe('died')
    died.answers.delete(rig.steps.create)
    expect(await line.deploy('b', { resume: died })).toMatchObject({ state: 'live' })
    expect([rig.serving(), rig.created()]).toEqual([idOf('b'), 2])
  })

  test.each([
    ['408 behind the act', lostAnswer()],
    ['502 behind the act', lostAnswer(502)],
    ['a cut connection behind the act', cutAfter],
    ['an answer whose body never ends', slowBody],
  ])('%s never makes a second deployment', async (_, fault) => {
    await line.deploy('a')
    rig.fake.inject(rig.operations.create, fault)
    expect(await line.deploy('b')).toMatchObject({ state: 'live' })
    expect([rig.serving(), rig.created()]).toEqual([idOf('b'), 2])
  })

  test('429 is waited out for as long as the vendor asks', async () => {
    rig.fake.inject(rig.operations.create, tooMany(17), 2)
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
    expect(line.waitedMs()).toBeGreaterThanOrEqual(34_000)
    expect(rig.created()).toBe(1)
  })

  test('a vendor that stumbles while it is watched is asked again', async () => {
    rig.fake.inject(rig.operations.look, fails(503))
    rig.fake.inject(rig.operations.look, fails(500))
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
  })

  test.each([19_100, 20_000])('waiting for a build of %s ms adds less than a tenth to it', async buildMs => {
    rig.takes(buildMs)
    expect(await line.deploy('a')).toMatchObject({ state: 'live' })
    expect(line.waitedMs()).toBeGreaterThanOrEqual(buildMs)
    expect(line.waitedMs()).toBeLessThan(1.1 * buildMs)
  })

  test('a build that never ends is cancelled after our own time, and the former release serves', async () => {
    await line.deploy('a')
    rig.neverEnds()
    const hung = await line.deploy('b')
    expect(hung).toMatchObject({
      state: 'undone',
      failure: { why: expect.stringMatching(rig.givenUp), afterMs: expect.any(Number) },
    })
    expect([rig.serving(), rig.hasCancelled()]).toEqual([idOf('a'), true])
  })

  test('a release that does not answer leaves the former one serving', async () => {
    await line.deploy('a')
    rig.fallsIll('b')
    expect(await line.deploy('b')).toMatchObject({
      state: 'undone',
      failure: { why: expect.stringMatching(/answered 500/) },
    })
    expect(rig.serving()).toBe(idOf('a'))
  })

  test('an expired token is said with the variable that holds it and the request id, and nothing is created', async () => {
    rig.fake.expireToken()
    const refused = await line.deploy('a')
    expect(refused.state).toBe('undone')
    const lines = refused.failure?.lines.join('\n')
    expect(lines).toContain(rig.tokenEnv)
    expect(lines).toMatch(/request id .*req-\d/)
    expect(rig.created()).toBe(0)
  })

  test('what is gone cannot be put back, and that is said before anything is done', async () => {
    await line.deploy('a')
    await line.deploy('b')
    rig.forgets('a')
    expect(await line.service.canRestore(line.facts('a', 'rollback'), line.context())).toMatchObject({ can: false })
    expect(await line.rollBack('a')).toMatchObject({ state: 'undone', failedAt: rig.steps.missing })
    expect(asked(rig.operations.back)).toBe(0)
    expect(rig.serving()).toBe(idOf('b'))
  })

  describe('a preview', () => {
    let preview: VendorLine
    beforeEach(async () => {
      preview = await lineOf(rig, { environment: 'pr-12', deploy: rig.preview.deploy })
    })
    const remove = async () => {
      const facts = preview.facts('a')
      for (const step of preview.service.removal(facts))
        expect(await preview.service.perform(step, facts, preview.context())).toMatchObject({ ok: true })
    }

    test('is at an address of its own, gets the next commit, and goes without a trace of it or harm to production', async () => {
      await line.deploy('a')
      expect(await preview.deploy('b')).toMatchObject({ state: 'live' })
      const address = await preview.service.address(preview.facts('b'), preview.context())
      expect(address).not.toBe(await line.service.address(line.facts('a'), line.context()))
      expect(await (await rig.fake.fetch(`${address}/healthz`)).status).toBe(200)
      expect(await preview.deploy('a')).toMatchObject({ state: 'live' })
      expect(rig.preview.left()).not.toEqual([])
      await remove()
      expect([rig.preview.left(), rig.serving()]).toEqual([[], idOf('a')])
      await remove()
      expect(rig.preview.left()).toEqual([])
    })

    test('is removed by its name or tag when the process that made it could not say what it made', async () => {
      expect((await preview.deploy('a', { dieAt: rig.preview.makes })).state).toBe('died')
      expect(rig.preview.left()).not.toEqual([])
      await remove()
      expect(rig.preview.left()).toEqual([])
    })

    test('whose removal was accepted without an answer is gone, and asking again says so', async () => {
      await preview.deploy('a')
      rig.fake.inject(rig.preview.removes, lostAnswer())
      await remove()
      expect(rig.preview.left()).toEqual([])
    })
  })
})

const lineOf = (rig: VendorRig, of: Partial<Pick<LineSettings, 'deploy' | 'environment'>> = {}): Promise<VendorLine> =>
  vendorLine({
    ...rig.line,
    environment: 'production',
    ...of,
    health: '/healthz',
    // A body that never ends is given up at once; how long it is waited for is a matter of `patientFetch`.
    async fetch(input, init) {
      const answer = await rig.fake.fetch(input, init)
      if (answer.headers.get('x-fake-fault') !== 'slow-body') return answer
      await answer.body?.cancel()
      throw new DOMException('no whole answer', 'TimeoutError')
    },
  })
