import { lostAnswer } from '@gantry/vendor-fakes'
import { describe, expect, test } from 'vitest'
import { flyAccount } from './testing/fly-account.ts'
import { plainToml } from './testing/fly-job.ts'

const account = flyAccount()
const { app, clock, deploy, alive, states, settled } = account
const machines = '/apps/{app_name}/machines'
const [a, b] = ['a', 'b'].map(letter => letter.repeat(40)) as [string, string]

/** Lets so many requests through; with the last one the process is gone, and its answer with it. */
const dyingAfter = (count: number) => {
  const death = new AbortController()
  let left = count
  const fetch: typeof globalThis.fetch = async (...request) => {
    const answer = await account.fake.fetch(...request)
    left -= 1
    if (left > 0) return answer
    await answer.body?.cancel()
    death.abort(new Error('killed'))
    throw death.signal.reason
  }
  return { fetch, signal: death.signal }
}

describe('a process that dies', () => {
  test('at whatever request: the next one ends with the same machines, none twice', async () => {
    let request = 0
    for (let hasDied = true; hasDied; ) {
      request += 1
      hasDied = false
      account.empty()
      await account.serves('a')
      const dying = dyingAfter(request)
      for (const step of account.job.plan({ letter: 'b' })) {
        const first = await account.job.perform(step, { letter: 'b', ...(!hasDied && dying) }).catch(() => null)
        if (first === null) hasDied = true
        if (first === null)
          expect((await account.job.perform(step, { letter: 'b' })).ok, `${step.id} after request ${request}`).toBe(
            true,
          )
      }
      await settled()
      expect([account.fake.answering(app), states(a), alive(b).length], `request ${request}`).toEqual([
        [b],
        [['stopped', true]],
        1,
      ])
    }
    expect(request).toBeGreaterThan(15)
  })

  test('at whatever request of a deployment that is then taken back: the former serves, and nothing is left', async () => {
    let request = 0
    for (let hasDied = true; hasDied; ) {
      request += 1
      hasDied = false
      account.empty()
      await account.serves('a')
      const dying = dyingAfter(request)
      const begun = []
      for (const step of account.job.plan({ letter: 'b' }).filter(({ phase }) => phase !== 'retire')) {
        begun.push(step)
        hasDied = (await account.job.perform(step, { letter: 'b', ...dying }).catch(() => null)) === null
        if (hasDied) break
      }
      await account.job.undo(begun, { letter: 'b' })
      await settled()
      expect([account.fake.answering(app), states(a), alive(b)], `request ${request}`).toEqual([
        [a],
        [['started', false]],
        [],
      ])
    }
  })
})

test('a process that goes on makes the machines that were planned before, whatever fly.toml says by now', async () => {
  await account.serves('a')
  const [image, , start] = account.job.plan({ letter: 'b' })
  if (!image || !start) throw new Error('both are planned')
  await account.job.perform(image, { letter: 'b' })
  const { signal, fetch } = dyingAfter(2)
  const deploying = { letter: 'b', settings: { machines: 2 } }
  await expect(account.job.perform(start, { ...deploying, signal, fetch })).rejects.toThrow('killed')
  await account.job.toml(`${plainToml}\n[env]\nLATER = "yes"`)
  expect(await account.job.perform(start, { letter: 'b' })).toMatchObject({ ok: true })
  expect(alive(b).map(({ config }) => Object(config['env']).LATER)).toEqual([undefined, undefined])
})

describe('answers that are lost or late', () => {
  test('a 408 for a machine that was made all the same makes no second one', async () => {
    account.fake.inject(`POST ${machines}`, lostAnswer(408))
    await deploy('a')
    expect(account.fake.machines).toHaveLength(1)
    expect(account.fake.unmet()).toEqual([])
  })

  test('a 408 for a machine that was not made is asked for again', async () => {
    account.fake.inject(`POST ${machines}`, { kind: 'answers', status: 408 })
    await deploy('a')
    expect(alive(a)).toHaveLength(1)
  })

  test('acts that do the same twice are sent again after a 5xx, whether they were done or not', async () => {
    await deploy('a')
    for (const act of ['cordon', 'uncordon', 'stop', 'metadata/{key}'])
      account.fake.inject(`POST ${machines}/{machine_id}/${act}`, lostAnswer(502))
    await deploy('b')
    expect(account.fake.unmet()).toEqual([])
    expect(account.fake.answering(app)).toEqual([b])
  })

  test('a machine that shows only after another was made in its place is destroyed', async () => {
    account.fake.inject(`POST ${machines}`, lostAnswer(408))
    let isHidden = false
    const fetch: typeof globalThis.fetch = async (...request) => {
      const answer = await account.fake.fetch(...request)
      const isList = request[1]?.method === 'GET' && String(request[0]).endsWith('/machines')
      if (isHidden || !isList || account.fake.machines.length !== 1) return answer
      isHidden = true
      await answer.body?.cancel()
      return Response.json([])
    }
    await deploy('a', { fetch })
    await settled()
    expect([isHidden, account.fake.machines.length, alive(a).length]).toEqual([true, 2, 1])
  })

  test('an answer to the request for a lease that was lost is found again: it is our own', async () => {
    account.fake.inject(`POST ${machines}/{machine_id}/lease`, lostAnswer(504))
    const before = clock.now()
    await deploy('a')
    expect(account.fake.unmet()).toEqual([])
    // Nobody waited until it ran out.
    expect(clock.now() - before).toBeLessThan(40_000)
  })
})

describe('leases', () => {
  const held = (seconds: number) => {
    const [machine] = account.fake.machines
    if (machine)
      machine.lease = {
        nonce: 'theirs',
        owner: 'ana@example.com',
        description: 'fly deploy',
        expiresAt: clock.now() + seconds * 1_000,
      }
  }

  test('of somebody else is waited for, as long as flyctl leaves one behind', async () => {
    await deploy('a')
    held(13)
    await deploy('b')
    expect(account.fake.answering(app)).toEqual([b])
  })

  test('of somebody who deploys fails the switch with their name, and the former serves on', async () => {
    await deploy('a')
    held(3_600)
    expect(await account.job.deploy({ letter: 'b' })).toMatchObject({
      failed: 'switch',
      outcome: {
        why: expect.stringMatching(
          /leased by ana@example.com for "fly deploy" until .*another deployment is under way/,
        ),
      },
    })
    expect(account.fake.answering(app)).toContain(a)
  })

  test('that is lost in the middle of an act is taken once more', async () => {
    await deploy('a')
    let isStolen = false
    const fetch: typeof globalThis.fetch = async (...request) => {
      if (!isStolen && String(request[0]).endsWith('/cordon')) {
        isStolen = true
        held(5)
      }
      return account.fake.fetch(...request)
    }
    await deploy('b', { fetch })
    expect([isStolen, account.fake.answering(app)]).toEqual([true, [b]])
  })
})
