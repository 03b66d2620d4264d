import { type Deployment, GantryError, type Promotion, type RunState, type Store } from '@gantry/core'
import { expect, test } from 'vitest'
import {
  acts,
  ana,
  asked,
  at,
  bo,
  desk,
  pass,
  proceeded,
  project,
  promotionTests,
  refusal,
  released,
  sha,
  store,
} from '../testing/promotions.ts'

promotionTests()

test('an environment without gates and approvals, or one the config does not name, is open to jobs', async () => {
  const to = desk()
  const { job, run } = await released('a', 'staging')
  expect(await to.ask(job, run)).toBe('approved')
  expect(await to.ask({ ...job, environment: 'preview' }, run)).toBe('approved')
  expect(await store.promotions.list(project, {})).toEqual([])
})

test('an undo waits for nobody, and asks for no promotion', async () => {
  const to = desk()
  const { job, run } = await released('a', 'production')
  const undo = { ...run, workflowPath: '.github/workflows/rollback.yml', event: 'workflow_dispatch' }
  expect(await to.ask(job, undo)).toBe('approved')
  expect(await store.promotions.list(project, {})).toEqual([])
  // The same file on a push is no undo.
  expect(await to.ask(job, { ...undo, event: 'push' })).toBe('waiting')
})

test('a job asks once; the answer after a decision is the decision', async () => {
  const to = desk()
  const promotion = await asked(to, 'a')
  expect(promotion.state).toBe('ready')
  const { job, run } = await released('a', 'production')
  expect(await to.ask(job, run)).toBe('waiting')
  expect(await store.promotions.list(project, {})).toHaveLength(1)
  await to.approve(promotion.id, { person: bo, reason: 'fine', version: promotion.version })
  expect(await to.ask(job, run)).toBe('approved')
  expect(proceeded).toEqual([run.id])
  await to.close(sha('a'), 'production')
  expect(await to.ask(job, run)).toBe('approved')
  // Closing what is closed changes nothing.
  await to.close(sha('a'), 'production')
  expect((await store.promotions.get(project, promotion.id))?.state).toBe('done')
})

test('a no ends it, and the job is told so', async () => {
  const to = desk()
  const promotion = await asked(to, 'a')
  await to.reject(promotion.id, { person: bo, reason: 'not today' })
  const { job, run } = await released('a', 'production')
  expect(await to.ask(job, run)).toBe('rejected')
  expect(await acts()).toContainEqual(['promotion.rejected', 'not today'])
})

test('a newer release takes the place of one that waits, and whoever looked at the old one is told', async () => {
  const to = desk()
  const old = await asked(to, 'a')
  const { state } = await asked(to, 'b')
  expect(state).toBe('ready')
  expect((await store.promotions.get(project, old.id))?.state).toBe('expired')
  expect(await acts()).toContainEqual(['promotion.expired', 'superseded by bbbbbbb'])
  const late = to.approve(old.id, { person: bo, reason: 'late', version: old.version })
  await expect(late).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('bbbbbbb asks for production now'),
  })
  const [newest] = await store.promotions.list(project, { release: sha('b') })
  const early = to.approve(newest?.id ?? '', { person: bo, reason: 'early', version: 77 })
  await expect(early).rejects.toThrow(/is ready by now$/)
})

test('a newer release does not take the place of one that is on its way, or that arrived and was not closed yet', async () => {
  const to = desk()
  const stateAfter = async (letter: string, newer: string, state: Deployment['state'] | null) => {
    const promotion = await asked(to, letter)
    await to.approve(promotion.id, { person: bo, reason: 'fine' })
    const facts = { id: `${project}-${letter}`, project, release: sha(letter), environment: 'production', state }
    const rest = { kind: 'deploy', createdAt: at(), liveAt: null, version: 1, steps: [], runId: null }
    if (state !== null) await store.deployments.add({ ...facts, ...rest } as unknown as Deployment)
    pass(1_000)
    await asked(to, newer)
    return (await store.promotions.get(project, promotion.id))?.state
  }
  expect(await stateAfter('a', 'b', null)).toBe('expired')
  expect(await stateAfter('c', 'd', 'deploying')).toBe('approved')
  expect(await stateAfter('e', 'f', 'live')).toBe('approved')
  await to.close(sha('e'), 'production')
  expect((await store.promotions.list(project, { release: sha('e') }))[0]?.state).toBe('done')
})

test('time that passes ends it, and the ledger says why', async () => {
  const to = desk()
  const promotion = await asked(to, 'a')
  pass(3_600_000)
  await expect(to.approve(promotion.id, { person: bo, reason: 'late' })).rejects.toEqual(refusal('ILLEGAL_TRANSITION'))
  await to.judgeAll()
  expect((await store.promotions.get(project, promotion.id))?.state).toBe('expired')
  expect(await acts()).toContainEqual(['promotion.expired', 'its time is over'])
  expect(proceeded).toHaveLength(1)
})

test('says when time alone will change one of those that are open: a soak time is over, or its own time is', async () => {
  const to = desk()
  expect(await to.judgeAll()).toBeNull()
  const { expiresAt } = await asked(to, 'a')
  expect(await to.judgeAll()).toEqual(new Date(expiresAt))
  const live = { project, environment: 'staging', release: sha('b'), liveAt: at(), createdAt: at(), state: 'live' }
  const of = { kind: 'deploy', formerRelease: null, steps: [], verdict: null, version: 1, id: `${project}-staging` }
  await store.deployments.add({ ...live, ...of } as unknown as Deployment)
  const { id } = await asked(to, 'b', 'pair')
  expect(await to.judgeAll()).toEqual(new Date(Date.parse(at()) + 600_000))
  pass(600_000)
  expect(await to.judgeAll()).toEqual(new Date(expiresAt))
  expect(await store.promotions.get(project, id)).toMatchObject({ state: 'ready' })
})

test('the address of the author decides, not the name', async () => {
  const own = desk('A. Lopez <ANA@example.com>')
  const promotion = await asked(own, 'a')
  await expect(own.approve(promotion.id, { person: ana, reason: 'mine' })).rejects.toEqual(refusal('FORBIDDEN'))
  const namesake = desk('Ana <other@example.com>')
  expect(await namesake.approve(promotion.id, { person: ana, reason: 'not mine' })).toMatchObject({
    state: 'approved',
    approvals: [{ person: 'Ana', personId: 'owner' }],
  })
})

test('whoever wrote any commit since what is live there may not approve it, nor whoever pushed one', async () => {
  const seen: (string | null)[] = []
  const over = {
    repository: {
      async writtenSince(from: string | null, to: string) {
        seen.push(from)
        return { shas: ['f'.repeat(40), to], wrote: ['Somebody <else@example.com>', 'Ana <ana@example.com>'] }
      },
    },
  }
  const to = desk('Somebody <else@example.com>', over)
  const promotion = await asked(to, 'a')
  const mine = to.approve(promotion.id, { person: ana, reason: 'only the last commit is not mine' })
  await expect(mine).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('Ana wrote some of what'),
  })
  expect(seen).toEqual([null])
  const earlier = await store.runs.list(project, { limit: 1 })
  const push = {
    ...earlier[0],
    id: `${project}-earlier`,
    sha: 'f'.repeat(40),
    actor: 'bo',
    event: 'pull_request',
  } as RunState
  await store.runs.save(project, push)
  const pushed = to.approve(promotion.id, { person: bo, reason: 'I only pushed it' })
  await expect(pushed).rejects.toMatchObject({ message: expect.stringContaining('Bo pushed some of what') })
  await store.runs.save(project, { ...push, event: 'workflow_dispatch' })
  expect(await to.approve(promotion.id, { person: bo, reason: 'I started a run by hand' })).toMatchObject({
    state: 'approved',
  })
})

test('soaking and new issues hold it, two people are needed, and its author may be one where the config says so', async () => {
  const to = desk('Ana <ana@example.com>')
  const promotion = await asked(to, 'a', 'pair')
  const shown = await to.shown(promotion)
  expect(shown).toMatchObject({ state: 'waiting', allowSelfApproval: true, approvalsNeeded: 2 })
  expect(shown.gates.map(({ gate, state }) => [gate, state])).toEqual([
    ['soak', expect.stringMatching(/waiting|unmet/)],
    ['noNewIssues', 'met'],
  ])
  await expect(to.approve(promotion.id, { person: bo, reason: 'soon' })).rejects.toEqual(refusal('GATES_NOT_MET'))
})

test('only what was approved, and by the run that asked, may be deployed', async () => {
  const to = desk()
  const promotion = await asked(to, 'a')
  const may = (environment: string, runId: string | null) => to.begin(sha('a'), environment, runId)
  await expect(may('production', promotion.runId)).rejects.toEqual(refusal('GATES_NOT_MET'))
  await expect(may('nowhere', null)).rejects.toEqual(refusal('NOT_FOUND'))
  await may('staging', null)
  await to.approve(promotion.id, { person: bo, reason: 'fine' })
  await may('production', promotion.runId)
  await may('production', null)
  await expect(may('production', 'another-run')).rejects.toEqual(refusal('GATES_NOT_MET'))
})

test('a job that asks before its release was made is told what is missing', async () => {
  const { job, run } = await released('a', 'production')
  const question = desk().ask(job, { ...run, sha: sha('e') })
  await expect(question).rejects.toThrow(/no release was made of eeeeeee: the build job runs `gantry release`/)
  await expect(desk().approve('none', { person: bo, reason: 'x' })).rejects.toBeInstanceOf(GantryError)
})

test('a hold keeps it from being approved, and votes count once the hold is gone', async () => {
  const to = desk()
  const promotion = await asked(to, 'a')
  await store.promotions.setHold(project, 'production', { since: at(), because: 'rolled back', by: 'gantry' })
  await expect(to.approve(promotion.id, { person: bo, reason: 'x' })).rejects.toEqual(refusal('PROMOTIONS_HELD'))
  await store.promotions.setHold(project, 'production', null)
  await to.judgeAll()
  const [held] = await store.promotions.list(project, { release: sha('a') })
  expect(await to.approve(held?.id ?? '', { person: bo, reason: 'x' })).toMatchObject({ state: 'approved' })
})

/** A store whose promotions do something else first, e.g. at the moment another process is at work on them. */
const storeWith = (promotions: Partial<Store['promotions']>): Store => ({
  ...store,
  promotions: { ...store.promotions, ...promotions },
})
const again = () => `${project}-again`
const stateOf = async ({ id }: Promotion) => (await store.promotions.get(project, id))?.state

test('a run that asks again for a release does not take away what was decided for the run before', async () => {
  const to = desk()
  const first = await asked(to, 'a')
  const { job, run } = await released('a', 'production')
  pass(1_000)
  expect(await to.ask(job, { ...run, id: again() })).toBe('waiting')
  await to.approve(first.id, { person: bo, reason: 'fine' })
  await to.begin(sha('a'), 'production', first.runId)
  const refused = to.begin(sha('a'), 'production', again())
  await expect(refused).rejects.toEqual(refusal('GATES_NOT_MET'))
  await to.close(sha('a'), 'production')
  expect(await stateOf(first)).toBe('done')
  expect(await to.ask(job, { ...run, id: again() })).toBe('waiting')
})

test('the newest answer counts for people, who deploy without a run', async () => {
  const to = desk()
  const first = await asked(to, 'a')
  await to.approve(first.id, { person: bo, reason: 'fine' })
  const { job, run } = await released('a', 'production')
  pass(1_000)
  await to.ask(job, { ...run, id: again() })
  await expect(to.begin(sha('a'), 'production', null)).rejects.toEqual(refusal('GATES_NOT_MET'))
})

test('a server that died while a release took the place of another goes on with it', async () => {
  const to = desk()
  const old = await asked(to, 'a')
  pass(1_000)
  const died = storeWith({
    list: async () => {
      throw new Error('the process died')
    },
  })
  const { job, run } = await released('b', 'production')
  await expect(desk(undefined, { store: died, newId: () => `${project}-b` }).ask(job, run)).rejects.toThrow('died')
  expect(await stateOf(old)).toBe('ready')
  expect(await to.ask(job, run)).toBe('waiting')
  expect(await stateOf(old)).toBe('expired')
  expect(proceeded).toEqual([old.runId])
})

test('a run that asks again after a newer one asked does not end that one', async () => {
  const to = desk()
  const { job, run } = await released('a', 'production')
  await to.ask(job, run)
  const [old] = await store.promotions.list(project, { release: sha('a') })
  pass(1_000)
  const newer = await asked(to, 'b')
  // As if the process had died before it ended the old one.
  if (old) await store.promotions.add({ ...old, id: `${old.id}-left`, jobId: 'left' })
  expect(await to.ask({ ...job, id: 'left' }, run)).toBe('waiting')
  expect(await stateOf(newer)).toBe('ready')
})

test('a newer release takes the place of one whose gates move at that moment', async () => {
  const old = await asked(desk(), 'a')
  let isFirst = true
  const busy = storeWith({
    async update(promotion) {
      if (isFirst) {
        isFirst = false
        const known = await store.promotions.get(project, old.id)
        if (known) await store.promotions.update({ ...known, state: 'waiting' })
      }
      return store.promotions.update(promotion)
    },
  })
  const { job, run } = await released('b', 'production')
  expect(await desk(undefined, { store: busy, newId: () => `${project}-b` }).ask(job, run)).toBe('waiting')
  expect(await stateOf(old)).toBe('expired')
  expect((await acts()).filter(([action]) => action === 'promotion.expired')).toHaveLength(1)
})

test('a newer release leaves a no that is said at that moment as it is', async () => {
  const to = desk()
  const old = await asked(to, 'a')
  const busy = storeWith({
    async update(promotion) {
      if (promotion.state === 'expired') await to.reject(old.id, { person: bo, reason: 'no' }).catch(() => {})
      return store.promotions.update(promotion)
    },
  })
  const { job, run } = await released('b', 'production')
  expect(await desk(undefined, { store: busy, newId: () => `${project}-b` }).ask(job, run)).toBe('waiting')
  expect(await stateOf(old)).toBe('rejected')
})

test('one that cannot be judged keeps no other waiting, and is told of', async () => {
  const to = desk()
  const { job, run } = await released('a', 'production')
  await to.ask(job, run)
  const [lost] = await store.promotions.list(project, {})
  pass(1_000)
  if (lost) await store.promotions.add({ ...lost, id: `${project}-lost`, release: sha('d'), createdAt: at() })
  pass(3_600_000)
  await expect(to.judgeAll()).rejects.toThrow('no release was made of ddddddd')
  const states = (await store.promotions.list(project, {})).map(({ release, state }) => [release[0], state])
  expect(states).toEqual([
    ['d', 'ready'],
    ['a', 'expired'],
  ])
})

test('a decision is taken by the run even when the ledger cannot be written', async () => {
  const promotion = await asked(desk(), 'a')
  const full = desk(undefined, {
    record: async () => {
      throw new Error('the disk is full')
    },
  })
  await expect(full.approve(promotion.id, { person: bo, reason: 'fine' })).rejects.toThrow('the disk is full')
  expect(await stateOf(promotion)).toBe('approved')
  expect(proceeded).toEqual([promotion.runId])
})

test('two people who vote at the same moment do not overwrite each other', async () => {
  const to = desk()
  const promotion = await asked(to, 'a')
  const votes = [ana, bo].map(person =>
    to.approve(promotion.id, { person, reason: 'fine', version: promotion.version }).then(
      ({ state }) => state,
      (cause: GantryError) => cause.code,
    ),
  )
  expect((await Promise.all(votes)).sort()).toEqual(['CONFLICT', 'approved'])
  expect(proceeded).toEqual([promotion.runId])
  expect((await acts()).filter(([action]) => action === 'promotion.approved')).toHaveLength(1)
})
