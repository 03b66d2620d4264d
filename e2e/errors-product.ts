import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Line } from '@gantry/core/api'
import { openDatabase, storeOn } from '@gantry/store'
import { templateDir } from '@gantry/store/testing'
import { putLines } from '../bench/lines-made.ts'
import type { RunningGantry } from '../tools/running-gantry.ts'

const run = promisify(execFile)

export const project = 'shop'

/** The file the error comes from, and who changed it last. */
export const blamed = { file: 'apps/web/src/refund.ts', by: 'Kim Doe', title: 'Round refunds to whole cents' } as const

/** Fills an empty data folder with a release of two commits, and as many lines of other requests as it is told. */
export async function errorsProduct(home: string, lines: number): Promise<string> {
  const sha = await committed(join(home, 'projects', project, 'repository.git'))
  const database = await openDatabase({ kind: 'embedded', dir: join(home, 'database'), templateDir })
  try {
    const store = storeOn(database)
    const createdAt = new Date().toISOString()
    await store.projects.ensure({ name: project, createdAt })
    const release = { id: sha, project, sha, title: blamed.title, author: blamed.by, createdAt, runId: sha }
    await store.releases.add({ ...release, artifacts: [], migrations: [], badBecause: null })
  } finally {
    await database.close()
  }
  await putLines(home, project, lines)
  return sha
}

async function committed(repository: string): Promise<string> {
  await mkdir(repository, { recursive: true })
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
  const cwd = await mkdtemp(join(tmpdir(), 'gantry-errors-product-'))
  const git = (...args: string[]) => run('git', args, { cwd })
  const commit = async (name: string, title: string, text: string) => {
    await mkdir(dirname(join(cwd, blamed.file)), { recursive: true })
    await writeFile(join(cwd, blamed.file), text)
    await git('add', '--all')
    const as = ['-c', `user.name=${name}`, '-c', 'user.email=someone@shop.example']
    await git(...as, 'commit', '--quiet', '-m', title)
  }
  await git('init', '--quiet', '--initial-branch=main')
  await commit('Lea Ott', 'Pay money back', 'export const refund = (cents: number) => cents\n')
  await commit(blamed.by, blamed.title, 'export const refund = (cents: number) => Math.round(cents.amount)\n')
  const sha = (await git('rev-parse', 'HEAD')).stdout.trim()
  await git('push', '--quiet', repository, 'HEAD:main')
  await rm(cwd, { recursive: true, force: true })
  return sha
}

/** What one request of a person left: an error with its cause, and lines of its trace among others of its instance. */
export interface FailedRequest {
  mail: string
  trace: string
  /** In one of its lines, and in no other. */
  requestId: string
}

export async function failRequest(gantry: RunningGantry, release: string): Promise<FailedRequest> {
  const { dsn } = await gantry.api<Line>('GET', `/api/v1/projects/${project}/line`)
  const { username: key, host, pathname } = new URL(dsn)
  const trace = randomBytes(16).toString('hex')
  const requestId = `req-of-mira-${trace.slice(0, 8)}`
  const person = { id: 'u-4711', email: 'mira@shop.example' }
  const frame = { filename: `/srv/${blamed.file}`, abs_path: `/srv/${blamed.file}`, lineno: 1, in_app: true }
  const event = {
    ...{ event_id: randomBytes(16).toString('hex'), timestamp: Date.now() / 1_000, platform: 'node', release },
    ...{ environment: 'production', user: person, tags: { service: 'web' }, contexts: { trace: { trace_id: trace } } },
    exception: {
      values: [
        {
          ...{ type: 'TypeError', value: "Cannot read properties of undefined (reading 'amount')" },
          stacktrace: { frames: [{ ...frame, function: 'refund' }] },
        },
        {
          ...{ type: 'RefundError', value: 'the refund was not paid' },
          stacktrace: { frames: [{ ...frame, function: 'payBack' }] },
        },
      ],
    },
  }
  await sent(
    `http://${host}/api${pathname}/envelope/?sentry_key=${key}&sentry_version=7`,
    `{}\n{"type":"event"}\n${JSON.stringify(event)}`,
  )
  const line = (msg: string, more: object) =>
    JSON.stringify({ time: Date.now(), level: 'info', service: 'web', hostname: 'web-1', release, msg, ...more })
  const lines = [
    line('the shop opened', {}),
    line('refund asked for', { trace_id: trace, requestId }),
    line('the bank answered without an amount', { trace_id: trace, level: 'warn' }),
    line('refund failed', { trace_id: trace, level: 'error', status: 500 }),
    line('the shop closed', {}),
  ]
  await sent(`http://${host}/ingest/lines`, lines.join('\n'), key)
  return { mail: person.email, trace, requestId }
}

async function sent(url: string, body: string, key?: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body, ...(key && { headers: { authorization: `Bearer ${key}` } }) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
}
