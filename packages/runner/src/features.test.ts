import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { GantryError, type RunState } from '@gantry/core'
import { planRun, readWorkflow, triggeredBy } from '@gantry/workflow'
import { type Feature, readFeature, testFacts } from '@gantry/workflow/testing'
import { describe, expect, it } from 'vitest'
import { runWorkflow } from './run/run-workflow.ts'
import { logOf, sharedEnv, testMachine } from './testing/test-machine.ts'

const folder = join(import.meta.dirname, '../../workflow/features')
const below = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? below(join(dir, entry.name)) : [join(dir, entry.name)],
  )
const repository = Object.fromEntries(
  below(join(folder, 'repository')).map(path => [
    relative(join(folder, 'repository'), path),
    readFileSync(path, 'utf8'),
  ]),
)
const features = below(folder)
  .filter(path => path.endsWith('.yml') && !path.startsWith(join(folder, 'repository')))
  .map(path => ({ name: relative(folder, path).replace(/\.yml$/, ''), text: readFileSync(path, 'utf8') }))

const env = sharedEnv()

/** Each file under features/ says in its first lines what GitHub's syntax promises; here it has to happen. */
describe.each(features)('$name', ({ text }) => {
  const feature = readFeature(text)
  it(feature.says, async () => {
    if (feature.refused === null) await happens(feature, text)
    else await expect(happens(feature, text)).rejects.toThrow(feature.refused.part)
  })
})

async function happens(feature: Feature, text: string): Promise<void> {
  try {
    await runs(feature, text)
  } catch (error) {
    if (feature.refused?.code && error instanceof GantryError) expect(error.code).toBe(feature.refused.code)
    throw error
  }
}

async function runs(feature: Feature, text: string): Promise<void> {
  const workflow = readWorkflow('.github/workflows/feature.yml', text)
  const { event, ref, payload, changed, inputs } = feature
  const triggered = triggeredBy(workflow, { name: event, ref, payload, ...(changed ? { changedFiles: changed } : {}) })
  expect(triggered.runs, triggered.why).toBe(feature.starts)
  if (!feature.starts) return
  const state = planRun(workflow, { ...testFacts, event, ref, eventPayload: payload, inputs })
  const machine = testMachine({
    env,
    files: repository,
    vars: () => ({ REGION: 'eu' }),
    secrets: () => ({ KEY: 'deep-secret' }),
  })
  const run = await runWorkflow(workflow, state, machine)
  check(feature, run, logOf(machine.events).split('\n'))
}

function check(feature: Feature, run: RunState, lines: readonly string[]): void {
  const said = lines.join('\n')
  const annotations = run.jobs.flatMap(job =>
    job.annotations.map(({ level, file, line, message }) => `${level} ${file ? `${file}:${line} ` : ''}${message}`),
  )
  for (const line of feature.log) expect(said).toContain(line)
  for (const line of feature.noLog) expect(said).not.toContain(line)
  for (const one of feature.annotation) expect(annotations).toContain(one)
  for (const one of feature.noAnnotation) expect(annotations.join('\n')).not.toContain(one)
  for (const [id, conclusion] of feature.jobs)
    expect([id, run.jobs.find(job => job.id === id)?.conclusion]).toEqual([id, conclusion])
  if (feature.named) expect(run.jobs.map(({ name }) => name)).toContain(feature.named)
  if (feature.summary) expect(run.jobs.map(({ summary }) => summary ?? '').join()).toContain(feature.summary)
  const failed = feature.jobs.some(([, conclusion]) => conclusion !== 'success' && conclusion !== 'skipped')
  if (feature.conclusion || !failed) expect(run.conclusion, said).toBe(feature.conclusion ?? 'success')
}
