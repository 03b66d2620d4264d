import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { nextFastifySupabase } from './deployed/next-fastify-supabase.ts'
import { planFiles } from './plan-files.ts'
import { factsOf } from './testing/repository-of.ts'

interface Job {
  steps: { name: string; id?: string; run?: string }[]
}
interface Workflow {
  jobs: Record<string, Job>
}

/** As another repository gets them that ships to the same vendors: Vercel, Fly.io and Supabase. */
const { files } = planFiles(factsOf({ ...nextFastifySupabase.files }, { github: 'acme/lumen' }))
const planned = (name: string): Workflow =>
  parse(files.find(({ path }) => path === `.github/workflows/${name}`)?.text ?? '') as Workflow
const own = async (name: string): Promise<Workflow> =>
  parse(await readFile(join(import.meta.dirname, '../../../.github/workflows', name), 'utf8')) as Workflow

/** What is built and how staging is tested is each repository's own; what asks Gantry is not. */
const withoutOwnSteps = ({ jobs, ...rest }: Workflow) => ({
  ...rest,
  jobs: Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => {
      const asks = job.steps.filter(({ id, run = '' }) => id !== undefined || /^gantry /m.test(run))
      return [name, { ...job, steps: ['build', 'e2e'].includes(name) ? asks : job.steps }]
    }),
  ),
})

test('this repository is rolled back by the workflow that init writes for others', async () => {
  expect(await own('rollback.yml')).toEqual(planned('rollback.yml'))
})

test('it is deployed by the workflow that init writes for others, but for what it builds and how staging is tested', async () => {
  const ours = withoutOwnSteps(await own('deploy.yml'))
  const { e2e, ...others } = withoutOwnSteps(planned('deploy.yml')).jobs
  expect(Object.keys(ours.jobs)).toEqual(['ready', 'build', 'staging', 'e2e', 'promote', 'promoted', 'production'])
  const { e2e: tested, ...jobs } = ours.jobs
  expect(e2e).toBeUndefined()
  expect(tested?.steps.map(({ name }) => name)).toEqual(['Find staging'])
  expect(JSON.parse(JSON.stringify({ ...ours, jobs }).replaceAll('"e2e"', '"staging"'))).toEqual({
    ...withoutOwnSteps(planned('deploy.yml')),
    jobs: others,
  })
})
