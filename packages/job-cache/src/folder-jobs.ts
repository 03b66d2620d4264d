import { randomUUID } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { FinishedJob } from '@gantry/core'
import { byAge, formerSelf, isPruneDue, longestMs, neverHere, placeOf } from './entries.ts'
import type { Inputs, Miss } from './inputs.ts'
import { whyMissed } from './why-missed.ts'

const mostEntries = 300

interface Entry {
  keptAt: string
  parts: Inputs['parts']
  files: [string, string][]
  job: Omit<FinishedJob, 'artifactsDir'>
}

export interface FolderJobs {
  recall(inputs: Inputs): Promise<{ kind: 'hit'; job: FinishedJob; keptAt: string } | Miss>
  /** Of jobs that succeeded only. */
  keep(inputs: Inputs, job: FinishedJob): Promise<void>
}

/**
 * A folder with one entry for each job and each set of inputs: `<job>/<inputs>/entry.json.gz` and its artifacts. An entry
 * is put in place whole, so that a crash or two runs at once leave none by halves.
 */
export function folderJobs(dir: string, now: () => Date): FolderJobs {
  return {
    recall: inputs => recall(dir, inputs, now()),
    keep: (inputs, job) => keep(dir, inputs, job, now()),
  }
}

async function recall(dir: string, inputs: Inputs, now: Date): ReturnType<FolderJobs['recall']> {
  const own = placeOf(dir, inputs)
  const entry = await read(own)
  if (entry) {
    await utimes(own, now, now)
    return { kind: 'hit', keptAt: entry.keptAt, job: { ...entry.job, artifactsDir: join(own, 'artifacts') } }
  }
  const before = await formerSelf(dirname(own), inputs.files, read)
  if (before === null) return { kind: 'miss', reason: neverHere }
  return {
    kind: 'miss',
    reason: whyMissed(inputs, { job: inputs.job, parts: before.parts, files: new Map(before.files) }),
  }
}

async function keep(dir: string, inputs: Inputs, job: FinishedJob, now: Date): Promise<void> {
  const { artifactsDir, ...rest } = job
  const own = placeOf(dir, inputs)
  const staging = join(dir, `.staging-${randomUUID()}`)
  await mkdir(join(staging, 'artifacts'), { recursive: true })
  for (const name of job.artifacts) {
    await cp(join(artifactsDir, name), join(staging, 'artifacts', name), { recursive: true })
    await cp(join(artifactsDir, `${name}.json`), join(staging, 'artifacts', `${name}.json`))
  }
  const entry: Entry = { keptAt: now.toISOString(), parts: inputs.parts, files: [...inputs.files], job: rest }
  await writeFile(join(staging, 'entry.json.gz'), await promisify(gzip)(JSON.stringify(entry)))
  await mkdir(dirname(own), { recursive: true })
  await rm(own, { recursive: true, force: true })
  // Another run put the same in place meanwhile: then this one is not needed.
  await rename(staging, own).catch(() => rm(staging, { recursive: true, force: true }))
  if (await isPruneDue(dir, now)) await prune(dir, now)
}

/** An entry that cannot be read is none. */
async function read(folder: string): Promise<Entry | null> {
  try {
    return JSON.parse(
      (await promisify(gunzip)(await readFile(join(folder, 'entry.json.gz')))).toString('utf8'),
    ) as Entry
  } catch {
    return null
  }
}

async function prune(dir: string, now: Date): Promise<void> {
  const jobs = (await readdir(dir)).filter(name => !name.startsWith('.')).map(name => join(dir, name))
  const entries = await byAge(jobs)
  const gone = entries.filter(({ at }, index) => index >= mostEntries || now.getTime() - at > longestMs)
  await Promise.all(gone.map(({ path }) => rm(path, { recursive: true, force: true })))
}
