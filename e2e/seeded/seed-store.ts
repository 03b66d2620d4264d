import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ErrorEvent, GroupedEvent, LogLine, NewLine, RunState, Store } from '@gantry/core'
import { openDayFiles } from '@gantry/lines'
import { openDatabase, storeOn } from '@gantry/store'

export const project = 'seeded'
export const amounts = { issues: 10_000, jobLines: 100_000, serviceLines: 5_000, oldRuns: 500 } as const

/** The large log: where it fails, and the lines that must be drawn as what they are. */
export const largeLog = {
  run: 'seeded-large',
  job: 'build',
  failing: { seq: 60_000, step: 2, text: 'Error: the build stopped here' },
  red: { seq: 59_990, text: 'this is red' },
  markup: { seq: 59_995, text: '<img src=x onerror="document.title=1">' },
  needle: { seq: 99_990, text: 'needle in the last lines' },
} as const

/** Fills an empty data folder, before a server is started on it. What the server makes itself comes through its API. */
export async function seedStore(home: string): Promise<void> {
  const database = await openDatabase({ kind: 'embedded', dir: join(home, 'database') })
  try {
    const store = storeOn(database)
    const now = Date.now()
    const at = new Date(now).toISOString()
    await store.projects.ensure({ name: project, createdAt: at })
    await seedIssues(store, now)
    await seedLargeRun(store, now)
    await seedOldRuns(store, now)
    await seedServiceLines(home, now)
  } finally {
    await database.close()
  }
}

async function seedIssues({ issues }: Store, now: number): Promise<void> {
  for (let from = 1; from <= amounts.issues; from += 500) {
    await issues.record(Array.from({ length: 500 }, (_, index) => issueEvent(from + index, now)))
  }
}

const kinds = ['TypeError', 'RangeError', 'TimeoutError', 'ValidationError'] as const
const places = ['checkout', 'cart', 'search', 'account', 'mailer'] as const

/** The newest issue is the one with the highest number. */
function issueEvent(number: number, now: number): GroupedEvent {
  const kind = kinds[number % kinds.length] ?? kinds[0]
  const place = places[number % places.length] ?? places[0]
  const at = new Date(now - (amounts.issues - number) * 5_000).toISOString()
  const value = `${place} ${number} could not be read`
  const event: ErrorEvent = {
    id: createHash('md5').update(`seeded ${number}`).digest('hex'),
    project,
    environment: number % 3 === 0 ? 'production' : 'staging',
    release: null,
    service: 'web',
    level: 'error',
    platform: 'node',
    at,
    receivedAt: at,
    message: null,
    exceptions: [
      {
        type: kind,
        value,
        isSynthetic: false,
        isHandled: true,
        frames: [{ file: `src/${place}.ts`, function: 'read', line: number, column: 1, isInApp: true, context: null }],
      },
    ],
    fingerprint: [],
    transaction: null,
    url: null,
    user: `person ${number % 97}`,
    traceId: null,
    tags: { place },
    breadcrumbs: [],
    sdk: null,
  }
  return {
    event,
    grouping: { key: `seeded ${number}`, because: ['type', 'frame'] },
    keyHash: createHash('sha256').update(`seeded ${number}`).digest('hex'),
    title: `${kind}: ${value}`,
    culprit: `src/${place}.ts in read`,
    formerKey: null,
  }
}

async function seedLargeRun({ runs }: Store, now: number): Promise<void> {
  const startedAt = new Date(now - 10 * 60_000)
  const at = (second: number) => new Date(startedAt.getTime() + second * 1_000).toISOString()
  const step = (number: number, name: string, outcome: 'success' | 'failure') =>
    ({
      number,
      name,
      status: 'completed',
      outcome,
      conclusion: outcome,
      startedAt: at(number),
      completedAt: at(number + 60),
    }) as const
  const run: RunState = {
    id: largeLog.run,
    number: 1,
    workflowPath: '.github/workflows/large.yml',
    workflowName: 'large',
    event: 'push',
    eventPayload: {},
    inputs: {},
    ref: 'refs/heads/main',
    sha: 'a'.repeat(40),
    actor: 'Kim',
    title: 'A hundred thousand lines',
    status: 'completed',
    conclusion: 'failure',
    createdAt: at(0),
    startedAt: at(0),
    completedAt: at(200),
    attempt: 1,
    jobs: [
      {
        id: largeLog.job,
        key: largeLog.job,
        name: largeLog.job,
        needs: [],
        status: 'completed',
        conclusion: 'failure',
        createdAt: at(0),
        startedAt: at(0),
        completedAt: at(200),
        steps: [step(1, 'Prepare', 'success'), step(2, 'Build', 'failure'), step(3, 'Clean up', 'success')],
        outputs: {},
        annotations: [],
        attempt: 1,
      },
    ],
  }
  await runs.save(project, run)
  for (let from = 1; from <= amounts.jobLines; from += 10_000) {
    await runs.appendLog(
      project,
      largeLog.run,
      largeLog.job,
      Array.from({ length: 10_000 }, (_, index) => jobLine(from + index, at)),
    )
  }
}

/** Of last month: number 7 failed, was pushed by Zoe to a branch of its own, and is far behind the newest. */
async function seedOldRuns({ runs }: Store, now: number): Promise<void> {
  for (let number = 1; number <= amounts.oldRuns; number++) {
    const at = new Date(now - 30 * 86_400_000 + number * 60_000).toISOString()
    const isSeven = number === 7
    await runs.save(project, {
      id: `old-${number}`,
      number,
      workflowPath: '.github/workflows/old.yml',
      workflowName: 'old',
      event: isSeven ? 'pull_request' : 'push',
      eventPayload: isSeven ? { pull_request: { head: { ref: 'zoe/try' } } } : {},
      inputs: {},
      ref: isSeven ? 'refs/pull/3/merge' : 'refs/heads/main',
      sha: number.toString(16).padStart(40, 'e'),
      actor: isSeven ? 'zoe' : 'Kim',
      author: isSeven ? 'Zoe' : 'Kim',
      title: `Old change ${number}`,
      status: 'completed',
      conclusion: isSeven ? 'failure' : 'success',
      createdAt: at,
      startedAt: at,
      completedAt: at,
      attempt: 1,
      jobs: [],
    })
  }
}

function jobLine(seq: number, at: (second: number) => string): LogLine {
  const step = seq <= 20_000 ? 1 : seq <= 80_000 ? largeLog.failing.step : 3
  return { seq, step, at: at(Math.floor(seq / 1_000)), text: jobText(seq) }
}

function jobText(seq: number): string {
  if (seq === largeLog.failing.seq) return largeLog.failing.text
  if (seq === largeLog.red.seq) return `\u001b[31m${largeLog.red.text}\u001b[0m, this is not`
  if (seq === largeLog.markup.seq) return largeLog.markup.text
  if (seq === largeLog.needle.seq) return largeLog.needle.text
  return `built module ${seq} of ${amounts.jobLines}, nothing to complain about`
}

async function seedServiceLines(home: string, now: number): Promise<void> {
  const folderOf = (name: string) => join(home, 'projects', name, 'lines')
  const lines = openDayFiles({ dir: home, folderOf, now: () => new Date(now) })
  const apartMs = 120
  const from = now - amounts.serviceLines * apartMs
  const all = Array.from({ length: amounts.serviceLines }, (_, index): NewLine => {
    const at = from + index * apartMs
    return {
      project,
      environment: 'staging',
      release: null,
      service: 'web',
      at: new Date(at).toISOString(),
      level: index % 50 === 0 ? 'error' : 'info',
      message: `seeded line ${index + 1}`,
      trace: null,
      fields: { index },
    }
  })
  for (let start = 0; start < all.length; start += 1_000) await lines.append(all.slice(start, start + 1_000))
  await lines.close()
}
