import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StepAnswer, type StepOutcome, shortSha } from '@gantry/core'
import { durationMs, type SettingsOf } from '@gantry/core/config'
import { defineProvider, type PlannedStep, type ServiceFacts } from '../define-provider.ts'
import { runCommand } from '../run-command.ts'
import type { StepContext } from '../step-context.ts'
import { stepDone } from '../step-outcome.ts'
import { command } from './settings.ts'

type Facts = ServiceFacts<SettingsOf<typeof command>>

const graceMs = 10_000

/** Any other target: the job that deploys runs three commands of the repository. */
export const provider = defineProvider(command, {
  kindOf: () => 'command',
  isStateful: () => false,
  migrationsIn: () => null,
  capabilities: () => ({ runsIn: 'job', keepsFormer: false, artifact: 'vendor', restoresEnv: false, isPages: false }),
  plan: ({ service, kind, release, settings }) => [
    {
      id: `${service}.${kind === 'deploy' ? 'deploy' : 'undo'}`,
      service,
      kind: kind === 'deploy' ? 'deploy' : 'undo',
      phase: 'switch',
      undoable: true,
      limitMs: durationMs(settings.timeout),
      summary: `${kind === 'deploy' ? 'deploy' : 'put back'} ${service} ${shortSha(release.id)} by its command`,
    },
  ],
  perform: (step, facts, context) => run(lineOf(step, facts), releases(facts), facts, context),
  undo: (step, facts, context) => run(lineBack(step, facts), backwards(facts), facts, context),
  // The signal of the step ends the command.
  cancel: async () => {},
  verify: (facts, context) => run(facts.settings.verify, releases(facts), facts, context),
  async address({ service, environment, settings: { url } }, { answers }) {
    if (url !== undefined) return url.replaceAll('{environment}', environment)
    const answered = answers(`${service}.deploy`)?.['url'] ?? answers(`${service}.undo`)?.['url']
    return typeof answered === 'string' ? answered : null
  },
  live: async () => ({ release: null, detail: 'its commands do not tell what serves' }),
  // Its commands do not tell what they deploy with.
  envOf: async () => ({}),
  canRestore: async () => ({ can: true }),
})

interface Releases {
  /** The one that is to serve; empty when nothing is. */
  wanted: string
  former: string
}

const lineOf = ({ kind }: PlannedStep, { settings }: Facts): string =>
  kind === 'deploy' ? settings.deploy : settings.undo

/** What was deployed is undone; what was put back is deployed again. */
const lineBack = ({ kind }: PlannedStep, { settings }: Facts): string =>
  kind === 'deploy' ? settings.undo : settings.deploy

const releases = ({ release, former }: Facts): Releases => ({ wanted: release.id, former: former ?? '' })
const backwards = ({ release, former }: Facts): Releases => ({ wanted: former ?? '', former: release.id })

async function run(
  line: string,
  { wanted, former }: Releases,
  { project, environment, service, release }: Facts,
  { env, cwd, signal, artifacts, log }: StepContext,
): Promise<StepOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-command-'))
  try {
    const answerFile = join(folder, 'answer')
    const artifact = release.artifacts.find(each => each.service === service)
    const files = join(folder, 'artifact')
    if (artifact && wanted === release.id) await artifacts.unpack(artifact.digest, files)
    const said = {
      ...{ GANTRY_PROJECT: project, GANTRY_ENVIRONMENT: environment, GANTRY_SERVICE: service },
      ...{ GANTRY_RELEASE: wanted, GANTRY_FORMER_RELEASE: former, GANTRY_ANSWER: answerFile },
      ...(artifact && wanted === release.id && { GANTRY_ARTIFACT: files }),
    }
    const { fault, lines } = await runCommand({
      ...{ command: line, cwd, env: { ...env, ...said }, signal, graceMs },
      onLine: text => log(`${service}: ${text}`),
    })
    if (fault !== null) return { ok: false, why: `${line} ${fault}`, lines }
    const answer = await answerIn(answerFile)
    return stepDone(lines.at(-1) ?? null, answer)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Lines `name=value`, as `$GITHUB_OUTPUT` has them. Undefined when the command wrote none. */
async function answerIn(file: string): Promise<StepAnswer | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const pairs = text.split('\n').flatMap(line => {
    const [, name, value] = /^([\w-]+)=(.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}
