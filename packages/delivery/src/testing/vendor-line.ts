import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeploymentFacts, Release, StepAnswer, StepFailure } from '@gantry/core'
import { type BoundService, bindServices } from '../providers/bound-service.ts'
import type { PlannedStep } from '../providers/define-provider.ts'
import type { StepContext } from '../providers/step-context.ts'
import { tinyConfig } from './tiny-product.ts'

/** One service at a vendor, and deployments of it by a clock that stands still until somebody waits. */
export interface VendorLine {
  /** Milliseconds that were waited for so far. */
  waitedMs(): number
  log: string[]
  said: string[]
  deploy(release: string, options?: LineOptions): Promise<LineResult>
  rollBack(release: string, options?: LineOptions): Promise<LineResult>
  carryOut(facts: DeploymentFacts, options?: LineOptions): Promise<LineResult>
  facts(release: string, kind?: 'deploy' | 'rollback'): DeploymentFacts
  context(): StepContext
  /** The surroundings of one step, whose answers are kept in `answers`. */
  contextOf(step: string, answers: Map<string, StepAnswer>): StepContext
  service: BoundService
}

export interface LineOptions {
  /** Stops behind this step, as a process does that dies: its outcome is forgotten, what was stored on the way is not. */
  dieAt?: string
  /** Hears how far it is, as people do. */
  onSaid?(text: string): void
  /** Called before the first step is taken back. */
  onUndo?(): void
  /** Goes on with what a process before this one left. */
  resume?: LineResult
}

export interface LineResult {
  state: 'live' | 'undone' | 'died'
  failure: StepFailure | null
  failedAt: string | null
  answers: Map<string, StepAnswer>
  /** How each step that is done went. */
  details: Record<string, string | null>
}

export interface LineSettings {
  deploy: { provider: string }
  env: Record<string, string>
  environment: string
  fetch: typeof fetch
  /** Files of every artifact, by path, with the release in place of `{release}`; `-> name` is a link. */
  files: Record<string, string>
  health?: string
  /** The checked out repository. */
  cwd?: string
  /** One that the vendor's fake goes by as well. */
  clock?: { ms: number }
}

export async function vendorLine(settings: LineSettings): Promise<VendorLine> {
  const { deploy, environment, health } = settings
  const services = { web: { path: '.', artifact: 'dist', deploy, ...(health !== undefined && { health }) } }
  const [service] = await bindServices(tinyConfig({ services }))
  if (!service) throw new Error('the config has no service')
  const { clock = { ms: Date.parse('2026-11-27T00:00:00Z') } } = settings
  const startedMs = clock.ms
  const served: { release: string; answers: Record<string, StepAnswer> }[] = []
  const line: VendorLine = {
    service,
    log: [],
    said: [],
    waitedMs: () => clock.ms - startedMs,
    facts: (release, kind = 'deploy') => ({
      project: 'tiny',
      environment,
      release: releaseOf(release),
      former: served.at(-1)?.release ?? null,
      kind,
      isKept: false,
      retire: [],
      formerAnswers: served.at(-1)?.answers ?? {},
      envSalt: 'salt',
      earlier: served
        .toReversed()
        .flatMap(each => (each.release === idOf(release) ? [{ environment, answers: each.answers }] : [])),
    }),
    context: () => contextOf(settings, line, clock, new Map(), 'none'),
    contextOf: (step, answers) => contextOf(settings, line, clock, answers, step),
    deploy: (release, options) => carryOut(line.facts(release), options),
    carryOut,
    rollBack: (release, options) => carryOut(line.facts(release, 'rollback'), options),
  }
  async function carryOut(facts: DeploymentFacts, options: LineOptions = {}): Promise<LineResult> {
    const result = await perform(settings, line, clock, facts, options)
    if (result.state === 'live') served.push({ release: facts.release.id, answers: Object.fromEntries(result.answers) })
    return result
  }
  return line
}

type Clock = { ms: number }

async function perform(
  settings: LineSettings,
  line: VendorLine,
  clock: Clock,
  facts: DeploymentFacts,
  { dieAt, resume, onSaid, onUndo }: LineOptions,
): Promise<LineResult> {
  const { service } = line
  const begun: PlannedStep[] = []
  const answers = new Map(resume?.answers)
  const details: Record<string, string | null> = { ...resume?.details }
  const contextFor = (step: string) => contextOf(settings, line, clock, answers, step, onSaid)
  const undone = async (failedAt: string, failure: StepFailure): Promise<LineResult> => {
    onUndo?.()
    for (const step of begun.toReversed())
      if (step.undoable) {
        const outcome = await service.undo(step, facts, contextFor(step.id))
        if (!outcome.ok) throw new Error(`${step.id} could not be undone: ${outcome.why}`)
      }
    return { state: 'undone', failure, failedAt, answers, details }
  }
  for (const step of service.plan(facts).filter(({ phase }) => phase !== 'retire')) {
    begun.push(step)
    if (step.id in details) continue
    const outcome = await service.perform(step, facts, contextFor(step.id))
    if (dieAt === step.id) return { state: 'died', failure: null, failedAt: null, answers, details }
    if (outcome.answer) answers.set(step.id, { ...answers.get(step.id), ...outcome.answer })
    if (!outcome.ok) return undone(step.id, outcome)
    details[step.id] = outcome.detail
  }
  const verified = await service.verify(facts, contextFor('verify'))
  return verified.ok ? { state: 'live', failure: null, failedAt: null, answers, details } : undone('verify', verified)
}

function contextOf(
  { env, fetch, files, cwd = '/nowhere' }: LineSettings,
  line: VendorLine,
  clock: Clock,
  answers: Map<string, StepAnswer>,
  step: string,
  onSaid: (text: string) => void = () => {},
): StepContext {
  return {
    env,
    answers: id => answers.get(id) ?? null,
    addressOf: async () => 'https://backend.example.com',
    artifacts: {
      has: async () => true,
      open: () => Promise.reject(new Error('nobody opens it here')),
      async unpack(digest, destination) {
        for (const [path, content] of Object.entries(files)) {
          await mkdir(dirname(join(destination, path)), { recursive: true })
          if (content.startsWith('-> ')) await symlink(content.slice(3), join(destination, path))
          else await writeFile(join(destination, path), content.replaceAll('{release}', digest))
        }
      },
    },
    cwd,
    signal: new AbortController().signal,
    now: () => new Date(clock.ms),
    async sleep(ms) {
      clock.ms += ms
    },
    fetch,
    log: text => void line.log.push(text),
    async progress(text, answer) {
      line.said.push(text)
      onSaid(text)
      if (answer) answers.set(step, { ...answers.get(step), ...answer })
    },
  }
}

/** `a` stands for a commit of forty a's. */
export const idOf = (letter: string): string => letter.repeat(40)

const releaseOf = (letter: string): Release => ({
  id: idOf(letter),
  project: 'tiny',
  sha: idOf(letter),
  title: letter,
  author: 'Dev <dev@example.com>',
  createdAt: '2026-11-27T00:00:00.000Z',
  runId: null,
  artifacts: [{ service: 'web', digest: `sha256:${letter.repeat(64)}`, bytes: 1 }],
  migrations: [],
  badBecause: null,
})
