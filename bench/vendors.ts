import type { DeploymentFacts } from '../packages/core/src/index.ts'
import { orderSteps } from '../packages/delivery/src/orchestrator/order-steps.ts'
import { bindServices } from '../packages/delivery/src/providers/bound-service.ts'
import { crashes, madeUpRelease, wronglyEnded } from '../packages/delivery/src/testing/crash-matrix.ts'
import { tinyConfig } from '../packages/delivery/src/testing/tiny-product.ts'
import { idOf, type LineResult, type VendorLine, vendorLine } from '../packages/delivery/src/testing/vendor-line.ts'
import type { VendorRig } from '../packages/delivery/src/testing/vendor-rig.ts'
import { vendorRigs } from '../packages/delivery/src/testing/vendor-rigs.ts'
import { type Benchmark, median, type Row } from './row.ts'

/** Vendors by their fakes, whose time is the clock of the line: what they are asked, and what waiting for them costs. */
export const benchmark: Benchmark = {
  name: 'vendors',
  async measure() {
    const rows: Row[] = []
    for (const [vendor, open] of Object.entries(vendorRigs)) {
      await using rig = await open()
      rows.push(...(await requests(vendor, rig)), ...(await waiting(vendor, rig)), await killed(vendor, rig))
      if (rig.fake.oddities.length > 0) throw new Error(`${vendor} would not take: ${rig.fake.oddities.join(', ')}`)
    }
    return [...rows, ...(await crashMatrix()), await planOfFifty()]
  },
}

/** Each of these builds is measured where it ends right behind a look, right before one, and in between. */
const builds = [
  { ms: 20_000, text: '20 s' },
  { ms: 180_000, text: '3 min' },
  { ms: 900_000, text: '15 min' },
]
const endings = Array.from({ length: 21 }, (_, step) => 1 + step / 200)

/** A line to the vendor as it was at first, that notes when each request was sent, visits of the site among them. */
async function emptyLine(rig: VendorRig): Promise<{ line: VendorLine; sentAtMs: number[] }> {
  rig.reset()
  const sentAtMs: number[] = []
  const { clock } = rig.line
  const line = await vendorLine({
    ...rig.line,
    deploy: { ...rig.line.deploy, ...{ timeout: '30m' } },
    environment: 'production',
    health: '/healthz',
    fetch(input, init) {
      sentAtMs.push(clock.ms)
      return rig.fake.fetch(input, init)
    },
  })
  return { line, sentAtMs }
}

/** As the orchestrator: all of it, and then what is no longer used is retired. */
async function carryOut(line: VendorLine, release: string, kind: 'deploy' | 'rollback'): Promise<void> {
  const facts = line.facts(release, kind)
  if (kind === 'rollback') {
    const answer = await line.service.canRestore(facts, line.context())
    if (!answer.can) throw new Error(answer.why)
  }
  const { answers } = live(await line.carryOut(facts))
  await line.service.address(facts, line.context())
  // What a vendor keeps as it was is not asked for again on the way back.
  if (kind === 'deploy' || !line.service.restoresEnv) await line.service.envOf(facts, line.context())
  for (const step of line.service.plan(facts).filter(({ phase }) => phase === 'retire')) {
    const outcome = await line.service.perform(step, facts, line.contextOf(step.id, answers))
    if (!outcome.ok) throw new Error(`${step.id}: ${outcome.why}`)
  }
}

function live(result: LineResult): LineResult {
  if (result.state === 'live') return result
  throw new Error(`it ended ${result.state} at ${result.failedAt}: ${result.failure?.why}`)
}

/** What a deployment and a rollback cost with a former release there, and how fast requests come while a build goes on. */
async function requests(vendor: string, rig: VendorRig): Promise<Row[]> {
  const { line, sentAtMs } = await emptyLine(rig)
  const cost = async (release: string, kind: 'deploy' | 'rollback', buildMs: number) => {
    rig.takes(buildMs)
    sentAtMs.length = 0
    const before = rig.fake.requests.length
    await carryOut(line, release, kind)
    const looks = rig.fake.requests.slice(before).filter(({ operation }) => operation === rig.operations.look).length
    return `${sentAtMs.length}, ${looks} of them looks`
  }
  await cost('a', 'deploy', 0)
  const deployment = await cost('b', 'deploy', 180_000)
  const busiest = busiestMinute(sentAtMs)
  const rollback = await cost('a', 'rollback', 0)
  const allowed = readsAMinute[vendor]
  const refused = rig.fake.requests.filter(({ status }) => status === 429).length
  return [
    { what: `${vendor}: requests of a deployment of 3 min`, measured: deployment, target: '(none)', isMet: true },
    { what: `${vendor}: requests of a rollback`, measured: rollback, target: '(none)', isMet: true },
    {
      what: `${vendor}: requests in the busiest minute; refused by its rates`,
      measured: `${busiest}; ${refused}`,
      target: `${allowed === undefined ? '(none)' : `< ${allowed}`}; 0`,
      isMet: busiest < (allowed ?? Number.POSITIVE_INFINITY) && refused === 0,
    },
  ]
}

/** What vendors publish for an account. Fly counts by machine and act, as its fake does; Vercel publishes nothing. */
const readsAMinute: Record<string, number> = { render: 400 }

const busiestMinute = (sentAtMs: readonly number[]): number =>
  Math.max(...sentAtMs.map(from => sentAtMs.filter(each => each >= from && each < from + 60_000).length))

/** What passes between the end of a build and our going on, and all other waiting of the deployment. */
async function waiting(vendor: string, rig: VendorRig): Promise<Row[]> {
  const rows: Row[] = []
  for (const { ms, text } of builds) {
    const shares: number[] = []
    for (const ending of endings) {
      const { line } = await emptyLine(rig)
      rig.takes(ms * ending)
      live(await line.deploy('a'))
      shares.push(line.waitedMs() / (ms * ending) - 1)
    }
    const worst = Math.max(...shares)
    rows.push({
      what: `${vendor}: time lost to polling, ${vendor === 'fly' ? 'healthy after' : 'a build of'} ${text}`,
      measured: `${percent(median(shares))}, at worst ${percent(worst)}`,
      target: '< 10 %',
      isMet: worst < 0.1,
    })
  }
  return rows
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** The job dies behind each step, before anybody heard how it went, and the next job goes on. */
async function killed(vendor: string, rig: VendorRig): Promise<Row> {
  const tried: boolean[] = []
  const { line } = await emptyLine(rig)
  for (const { id, phase } of line.service.plan(line.facts('b'))) {
    if (phase === 'retire') continue
    const { line } = await emptyLine(rig)
    rig.takes(0)
    live(await line.deploy('a'))
    const died = await line.deploy('b', { dieAt: id })
    const ended = await line.deploy('b', { resume: died })
    tried.push(ended.state === 'live' && rig.serving() === idOf('b') && rig.created() === 2)
  }
  const good = tried.filter(isGood => isGood).length
  return {
    what: `${vendor}: steps a job died behind; live, and nothing made twice`,
    measured: `${tried.length}; ${good}`,
    target: 'all',
    isMet: tried.length > 0 && good === tried.length,
  }
}

/** Both parts of a release, one of them at a vendor: each step fails, hangs or loses its process, on the way and on the way back. */
async function crashMatrix(): Promise<Row[]> {
  const rows: Row[] = []
  for (const kind of ['deploy', 'rollback'] as const) {
    const faulty = await wronglyEnded(kind)
    for (const each of faulty) console.error(each)
    rows.push({
      what: `crash matrix of a ${kind}: cases; ended live or rolled back`,
      measured: `${crashes.length}; ${crashes.length - faulty.length}`,
      target: 'all',
      isMet: faulty.length === 0,
    })
  }
  return rows
}

const targets = [
  { provider: 'vercel', project: 'shop-{environment}' },
  { provider: 'fly', app: 'shop-{environment}' },
  { provider: 'render', service: 'shop-{environment}' },
]
const targetOf = (index: number) =>
  targets[index % (targets.length + 1)] ?? { provider: 'local', kind: 'node', entry: 'server.mjs' }

/** Each of the fifty needs the three before it. */
async function planOfFifty(): Promise<Row> {
  const names = Array.from({ length: 50 }, (_, index) => `service-${index}`)
  const services = Object.fromEntries(
    names.map((name, index) => [
      name,
      { path: '.', needs: names.slice(Math.max(0, index - 3), index), deploy: targetOf(index) },
    ]),
  )
  const [release, former] = [madeUpRelease('2'), madeUpRelease('1')]
  const facts: DeploymentFacts = {
    ...{ project: 'tiny', environment: 'staging', release, former: former.id, kind: 'deploy', isKept: false },
    ...{ retire: [], formerAnswers: {}, envSalt: 'salt', earlier: [] },
  }
  const tookMs: number[] = []
  let steps = 0
  for (let round = 0; round < 5; round += 1) {
    const startedMs = performance.now()
    const bound = await bindServices(tinyConfig({ services }))
    const plans = bound.map(({ name, config, runsIn, isPages, plan }) => ({
      ...{ service: name, needs: config.needs, runsIn, isPages, steps: plan(facts) },
    }))
    steps = orderSteps(plans, 'deploy').length
    tookMs.push(performance.now() - startedMs)
  }
  return {
    what: `a plan for 50 services, ${steps} steps; the first one made`,
    measured: `${median(tookMs).toFixed(1)} ms; ${tookMs[0]?.toFixed(1)} ms`,
    target: '< 1 s',
    isMet: median(tookMs) < 1_000,
  }
}
