import { expect, test } from 'vitest'
import { afterDeploying, crashes, madeUpRelease, wronglyEnded } from '../testing/crash-matrix.ts'

test.each(['deploy', 'rollback'] as const)(
  'a %s ends live or rolled back, whatever step fails, hangs or loses its process',
  async kind => {
    expect(await wronglyEnded(kind)).toEqual([])
    expect(crashes.length).toBe(162)
  },
)

test('one that the database lost half-way is taken back by its job before another one begins', async () => {
  const [one, two, three] = [madeUpRelease('1'), madeUpRelease('2'), madeUpRelease('3')]
  const line = await afterDeploying(one)
  const { update } = line.store.deployments
  line.store.deployments.update = async row => {
    if (row.steps.some(({ id, status }) => id === 'web.switch' && status === 'done'))
      throw new Error('the database went away')
    return update(row)
  }
  const lost = await line.deploy(two)
  await line.time.until(() => line.log.some(said => said.includes('the database went away')))
  expect([line.places.web.serving, line.row(lost)?.state]).toEqual([two.id, 'deploying'])
  line.store.deployments.update = update

  const locked = { code: 'DEPLOY_LOCKED', message: /2222222 is being taken back/, facts: { deployment: lost } }
  await expect(line.deploy(three)).rejects.toMatchObject({ ...locked, message: expect.stringMatching(locked.message) })
  await line.time.until(() => line.row(lost)?.state === 'failed')
  expect([line.places.api.serving, line.places.web.serving]).toEqual([one.id, one.id])
  const next = await line.deploy(three)
  await line.time.until(() => line.row(next)?.state === 'live')
  expect([line.places.api.serving, line.places.web.serving]).toEqual([three.id, three.id])
})
