import type { JobState, Promotion, RunState } from '@gantry/core'
import { type Database, storeOn } from '@gantry/store'
import type { Row } from '../row.ts'
import type { Done } from './load.ts'
import { linesOfJob, project } from './product.ts'
import type { Attempt, Witness } from './witness.ts'

/** What there is to compare when everything came to rest. */
export interface Evidence {
  database: Database
  done: Done
  witness: Witness
  runs: RunState[]
  /** When a runner was killed, by `performance.now()`. */
  runnerKillsMs: number[]
  /** How long servers worked, and how often one was started. */
  lastedMs: number
  /** By the clock of the day. */
  endedAtMs: number
  serverStarts: number
}

const none = (what: string, faults: string[], of: string): Row => ({
  what,
  measured: faults.length === 0 ? `0 of ${of}` : `${faults.length} of ${of}: ${faults.slice(0, 3).join('; ')}`,
  target: '0',
  isMet: faults.length === 0,
})

/** Each is nothing lost, nothing twice, or nothing stuck. */
export async function judge(evidence: Evidence): Promise<Row[]> {
  return [
    await events(evidence),
    runsOfPushes(evidence),
    runsThatEnded(evidence),
    jobsAtOnce(evidence),
    await outputOfJobs(evidence),
    await deployments(evidence),
    await approvals(evidence),
    await ledger(evidence),
    await pages(evidence),
    ticks(evidence),
    probes(evidence),
  ]
}

const select = async (database: Database, text: string, values: string[] = []): Promise<(string | null)[][]> =>
  (await database.session(session => session.query(text, values))).rows

async function events({ database, done }: Evidence): Promise<Row> {
  const there = new Set((await select(database, 'select id from gantry.kept_events')).map(([id]) => id))
  const [[counted] = []] = await select(database, 'select coalesce(sum(events), 0)::text from gantry.issues')
  const lost = done.events.filter(id => !there.has(id)).map(id => `${id} is lost`)
  const twice = Number(counted) === there.size ? [] : [`issues count ${counted}, there are ${there.size}`]
  return none('events answered by 2xx that are lost, or counted twice', [...lost, ...twice], `${done.events.length}`)
}

function runsOfPushes({ done, runs }: Evidence): Row {
  const wanted = [
    ...done.branches.flatMap(sha => [
      { sha, path: 'ci.yml' },
      { sha, path: 'work.yml' },
    ]),
    ...done.mains.map(sha => ({ sha, path: 'deploy.yml' })),
  ]
  const faults = wanted.flatMap(({ sha, path }) => {
    const found = runs.filter(run => run.sha === sha && run.workflowPath.endsWith(`/${path}`)).length
    return found === 1 ? [] : [`${found} runs of ${path} at ${sha.slice(0, 7)}`]
  })
  return none('workflows of pushes without a run, or with two', faults, `${wanted.length}`)
}

function runsThatEnded({ runs }: Evidence): Row {
  const faults = runs.flatMap(run => (run.status === 'completed' ? [] : [`${nameOf(run)} is ${run.status}`]))
  const red = runs.filter(({ conclusion }) => conclusion === 'failure').length
  return none('runs that did not end', faults, `${runs.length} (${red} red)`)
}

const nameOf = ({ workflowPath, number }: RunState) => `${workflowPath.split('/').at(-1)} #${number}`

/**
 * By what the jobs said themselves: the next attempt begins when the one before says nothing any more, and only when a runner was
 * killed since that one began. One that was killed between the end of a job and its word of it has it executed again.
 */
function jobsAtOnce({ witness, runnerKillsMs }: Evidence): Row {
  const faults: string[] = []
  const byJob = Map.groupBy(witness.attempts, ({ job }) => job)
  for (const [job, attempts] of byJob) {
    const inOrder = attempts.toSorted((a, b) => a.firstMs - b.firstMs)
    for (const [at, next] of inOrder.entries()) {
      const before = inOrder[at - 1]
      if (!before) continue
      if (next.firstMs < before.lastMs) faults.push(`${job}: two at once`)
      const sinceMs = before.hasEnded ? before.lastMs : before.firstMs
      if (!runnerKillsMs.some(ms => ms > sinceMs && ms < next.firstMs)) faults.push(`${job}: again without a kill`)
    }
  }
  const again = witness.attempts.length - byJob.size
  return none('jobs executed by two at once, or again for nothing', faults, `${byJob.size} (${again} more attempts)`)
}

async function outputOfJobs({ database, witness, runs }: Evidence): Promise<Row> {
  const faults: string[] = []
  const ended = new Map(witness.attempts.filter(({ hasEnded }) => hasEnded).map(one => [one.id, one]))
  const jobs = runs
    .filter(({ workflowPath }) => workflowPath.endsWith('/work.yml'))
    .flatMap(run => run.jobs.map(job => ({ run, job })))
  for (const { run, job } of jobs) {
    const fault = isLost(job) ? null : await faultOfOutput(database, run, job, ended)
    if (fault !== null) faults.push(`${nameOf(run)} ${job.id}: ${fault}`)
  }
  const lost = jobs.filter(({ job }) => isLost(job)).length
  return none(
    'jobs whose lines are not whole and in order',
    faults,
    `${jobs.length} (${lost} lost their runner thrice)`,
  )
}

const isLost = ({ annotations }: JobState) => annotations.some(({ message }) => /runner/.test(message))

async function faultOfOutput(
  database: Database,
  run: RunState,
  job: JobState,
  ended: Map<string, Attempt>,
): Promise<string | null> {
  if (job.conclusion !== 'success') return `ended as ${job.conclusion}`
  const lines = await storeOn(database).runs.log(project, run.id, job.id, { after: 0, limit: 10_000 })
  const said = lines.flatMap(({ text }) => {
    const [, id, number] = /^line (\S+) (\d+)$/.exec(text) ?? []
    return id === undefined ? [] : [{ id, number: Number(number) }]
  })
  // What a lost attempt said comes first, as far as it was heard.
  if (said.some(({ id, number }, at) => number !== (said[at - 1]?.id === id ? (said[at - 1]?.number ?? 0) : 0) + 1))
    return `lines ${said.map(({ number }) => number).join(' ')}`
  const [id = '', last = []] = [...Map.groupBy(said, one => one.id)].at(-1) ?? []
  if (last.length !== linesOfJob) return `${last.length} lines of ${linesOfJob}`
  return ended.has(id) ? null : 'the last attempt that has lines did not end'
}

async function deployments({ database }: Evidence): Promise<Row> {
  const faults: string[] = []
  const rows = await select(database, `select environment, state, release from gantry.deployments`)
  for (const [environment, state, release] of rows)
    if (state === 'planned' || state === 'deploying' || state === 'verifying')
      faults.push(`${release?.slice(0, 7)} in ${environment} is ${state}`)
  for (const environment of ['staging', 'production']) {
    const live = rows.filter(([of, state]) => of === environment && state === 'live').length
    if (live !== 1) faults.push(`${live} live in ${environment}`)
  }
  return none('deployments stuck, or environments without one live', faults, `${rows.length}`)
}

/** An approval is one decision and one deployment, however often it is clicked. */
async function approvals({ database, done }: Evidence): Promise<Row> {
  const faults: string[] = []
  const rows = await select(database, `select body::text from gantry.promotions`)
  const promotions = rows.map(([body]) => JSON.parse(body ?? '') as Promotion)
  for (const [id, times] of done.approvals) {
    const state = promotions.find(one => one.id === id)?.state
    if (times > 1) faults.push(`${id} was taken ${times} times`)
    if (state !== 'done' && state !== 'expired') faults.push(`${id} is ${state}`)
  }
  for (const { release, environment, approvals: votes, state } of promotions) {
    if (votes.length > 1) faults.push(`${release.slice(0, 7)} has ${votes.length} votes of one person`)
    const live = await select(
      database,
      `select id from gantry.deployments where release = $1 and environment = $2 and live_at is not null`,
      [release, environment],
    )
    // A newer release may take the place of an approved one that is not on its way yet.
    const wanted = state === 'done' ? 1 : 0
    if (live.length !== wanted) faults.push(`${release.slice(0, 7)} is ${state} and went live ${live.length} times`)
  }
  return none('approvals lost, taken twice or acted on twice', faults, `${done.approvals.size}`)
}

async function ledger({ database }: Evidence): Promise<Row> {
  const { brokenAt, rows } = await storeOn(database).ledger.verify(project)
  const faults = brokenAt === null ? [] : [`broken at ${brokenAt}`]
  const counted = await select(
    database,
    `select subject, count(*)::text from gantry.ledger where action = 'promotion.approved' group by subject`,
  )
  for (const [subject, count] of counted) if (count !== '1') faults.push(`${subject} approved ${count} times`)
  const decided = await select(
    database,
    `select left(release, 7) || ' → ' || environment from gantry.promotions where jsonb_array_length(body->'approvals') > 0`,
  )
  const written = new Set(counted.map(([subject]) => subject))
  for (const [subject] of decided) if (!written.has(subject ?? '')) faults.push(`${subject} is not in the ledger`)
  return none('decisions missing in the ledger, or there twice', faults, `${decided.length} in ${rows} rows`)
}

async function pages({ database, witness }: Evidence): Promise<Row> {
  const notices = await select(database, `select dedup_key, incident::text, kind, state from gantry.outbox`)
  const unsent = notices.flatMap(([key, , kind, state]) => (state === 'sent' ? [] : [`${kind} of ${key} is ${state}`]))
  const incidents = await select(database, `select number::text from gantry.incidents`)
  const arrived = new Set(witness.pages.filter(({ action }) => action === 'trigger').map(({ key }) => key))
  const silent = incidents.flatMap(([number]) =>
    notices.some(([key, of]) => of === number && arrived.has(key ?? ''))
      ? []
      : [`nobody was paged of incident ${number}`],
  )
  const keys = new Map<string, Set<string>>()
  for (const [key, of] of notices) if (of) keys.set(of, (keys.get(of) ?? new Set()).add(key ?? ''))
  const split = [...keys].flatMap(([number, all]) =>
    all.size === 1 ? [] : [`incident ${number} has ${all.size} keys`],
  )
  const faults = [...unsent, ...silent, ...split]
  return none(
    'pages unsent, or of an incident under two keys',
    faults,
    `${witness.pages.length} for ${incidents.length} incidents`,
  )
}

/** A tick that fell into a moment without a server comes late, once. The clock is of main, so it runs since there is one. */
function ticks({ runs, done, endedAtMs }: Evidence): Row {
  const found = runs.filter(({ event }) => event === 'schedule').length
  const since = done.firstMainAtMs ?? endedAtMs
  const minutes = Math.floor(endedAtMs / 60_000) - Math.floor(since / 60_000)
  const isMet = found === minutes || found === minutes - 1
  return { what: 'runs by the clock, one a minute', measured: `${found}`, target: `${minutes}, or one to come`, isMet }
}

/** Two servers that both probed would ask twice as often. A server that starts asks at once. */
function probes({ witness, lastedMs, serverStarts }: Evidence): Row {
  const most = Math.max(0, ...witness.probes.values())
  const allowed = Math.round((lastedMs / 1_000) * 1.05 + serverStarts)
  return {
    what: 'probes of one environment, one a second',
    measured: `${most}`,
    target: `≤ ${allowed}`,
    isMet: most <= allowed,
  }
}
