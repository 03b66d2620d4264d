import { lostAnswer } from '@gantry/vendor-fakes'
import { describe, expect, test } from 'vitest'
import { flyAccount } from './testing/fly-account.ts'
import { plainToml } from './testing/fly-job.ts'

const account = flyAccount()
const { app, clock, deploy, alive, states, settled, sent } = account
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
