import { expect, test } from 'vitest'
import { provider } from './provider.ts'
import { flyAccount } from './testing/fly-account.ts'
import type { Deploying } from './testing/fly-job.ts'

const account = flyAccount()
const { app, deploy, sent, settled } = account
const settings = { secrets: ['MAIL_KEY', 'DATABASE_URL'] }
const secretsAt = () => account.fake.secrets.get(app) ?? {}
const of = (mail: string) => ({ MAIL_KEY: mail, DATABASE_URL: 'postgres://db' })
const noted = (facts: Deploying) => provider.envOf(account.job.facts(facts), account.job.context(facts))

/** Both went live, each with a key of its own; what the first had was noted then. */
async function twoReleases() {
  await deploy('a', { settings, env: of('first') })
  const earlier = [account.job.history('staging', await noted({ letter: 'a' }))]
  await deploy('b', { settings, env: of('second') })
  await settled()
  return { letter: 'a', kind: 'rollback' as const, settings, earlier }
}
const backStep = (deploying: Deploying) => {
  const [step] = account.job.plan(deploying)
  if (step?.kind !== 'secrets-back') throw new Error('it comes first on the way back')
  return account.job.perform(step, deploying)
}

test('a secret that the job has again, as it was then, is set back, and the machines wait for it', async () => {
  const back = await twoReleases()
  expect(secretsAt()['MAIL_KEY']).toBe('second')
  account.fake.machines.length = 0
  await deploy('a', { ...back, env: of('first') })
  expect(secretsAt()).toEqual(of('first'))
  expect(account.job.answers.get('api.secrets-back')).toEqual({ version: 3, setBack: ['MAIL_KEY'], left: [] })
  expect(sent('POST /apps/{app_name}/machines').at(-1)?.body).toMatchObject({ min_secrets_version: 3 })
})

test('a job that died behind the setting has it done again, so that machines wait for the version of it', async () => {
  const back = { ...(await twoReleases()), env: of('first') }
  expect(await backStep(back)).toMatchObject({ answer: { version: 3, setBack: ['MAIL_KEY'] } })
  // What it noted before it asked is all that is left of it.
  account.job.answers.set('api.secrets-back', { setBack: ['MAIL_KEY'] })
  expect(await backStep(back)).toMatchObject({ answer: { version: 4, setBack: ['MAIL_KEY'], left: [] } })
  expect(secretsAt()).toEqual(of('first'))
})

test('one that nobody has any more is named, and nothing of it is told', async () => {
  const back = await twoReleases()
  const outcome = await backStep({ ...back, env: of('second') })
  expect(outcome).toMatchObject({ ok: true, answer: { setBack: [], left: ['MAIL_KEY'] } })
  expect(outcome).toMatchObject({ detail: 'MAIL_KEY stays as now: Fly.io gives out no former value' })
  expect(secretsAt()['MAIL_KEY']).toBe('second')
  expect(JSON.stringify([...account.job.answers])).not.toMatch(/second|postgres:/)
})

test('secrets that are as they were are left alone, and one that was set by hand meanwhile is named', async () => {
  await deploy('a', { settings, env: of('first') })
  const earlier = [account.job.history('staging', await noted({ letter: 'a' }))]
  const back = { letter: 'a', kind: 'rollback' as const, settings, earlier, env: of('first') }
  const before = sent('POST /apps/{app_name}/secrets').length
  expect(await backStep(back)).toMatchObject({ detail: `the secrets of ${app} are those it had` })
  account.fake.secrets.set(app, { ...secretsAt(), BY_HAND: 'x' })
  expect(await backStep(back)).toMatchObject({ answer: { left: ['BY_HAND'] } })
  expect(sent('POST /apps/{app_name}/secrets')).toHaveLength(before)
})

test('where nobody noted what it had, that is said', async () => {
  await deploy('a', { settings, env: of('first') })
  const back = { letter: 'a', kind: 'rollback' as const, settings, earlier: [account.job.history()] }
  expect(await backStep(back)).toMatchObject({
    ok: true,
    detail: `nobody noted the secrets it had: it gets those that ${app} has now`,
  })
})
