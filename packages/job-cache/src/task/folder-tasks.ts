import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { byAge, formerSelf, isPruneDue, longestMs, neverHere, placeOf } from '../entries.ts'
import type { Inputs } from '../inputs.ts'
import { whyMissed } from '../why-missed.ts'
import type { Left, RememberedTask, TaskRecollection, TaskStore } from './task-store.ts'

const usual = {
  entries: 5_000,
  bytes: 2 * 2 ** 30,
  /** Looking through all of them takes longer than keeping one. */ every: 50,
}

interface Head {
  parts: Inputs['parts']
  files: [string, string][]
  task: Pick<RememberedTask, 'rememberedAt' | 'root' | 'gone'>
  /** How many bytes each takes in the file beside: stdout, stderr, summary, then what was left, in this order. */
  sizes: number[]
  left: Kept[]
}
type Kept = Exclude<Left, { kind: 'file' }> | Omit<Extract<Left, { kind: 'file' }>, 'bytes'>

/** A folder with one entry for each task and each set of inputs: `<task>/<inputs>/head.gz` and `bytes.gz` beside it. */
export function folderTasks(dir: string, now: () => Date, limits = usual): TaskStore {
  let kept = 0
  return {
    recall: (inputs, ownerOf) => recall(dir, inputs, ownerOf, now()),
    draft: async (inputs, task) => {
      const staging = join(dir, `.staging-${randomUUID()}`)
      await write(staging, inputs, task)
      return {
        drop: () => rm(staging, { recursive: true, force: true }),
        keep: async () => {
          const own = placeOf(dir, inputs)
          await mkdir(dirname(own), { recursive: true })
          await rm(own, { recursive: true, force: true })
          // Another run put the same in place meanwhile: then this one is not needed.
          await rename(staging, own).catch(() => rm(staging, { recursive: true, force: true }))
          kept += 1
          const isDue = kept === 1 && (await isPruneDue(dir, now()))
          if (isDue || kept % limits.every === 0) await prune(dir, now(), limits)
        },
      }
    },
  }
}

async function recall(
  dir: string,
  inputs: Inputs,
  ownerOf: (path: string) => string | undefined,
  now: Date,
): Promise<TaskRecollection> {
  const own = placeOf(dir, inputs)
  const head = await readHead(own)
  if (head) {
    const task = await readTask(own, head)
    if (task === null) return { kind: 'miss', reason: 'what it left behind cannot be read' }
    await utimes(own, now, now)
    return { kind: 'hit', task }
  }
  const before = await formerSelf(dirname(own), inputs.files, readHead)
  if (before === null) return { kind: 'miss', reason: neverHere }
  const then = { job: inputs.job, parts: before.parts, files: new Map(before.files) }
  return { kind: 'miss', reason: whyMissed(inputs, then, ownerOf) }
}

async function write(folder: string, inputs: Inputs, task: RememberedTask): Promise<void> {
  await mkdir(folder, { recursive: true })
  const pieces = [
    task.stdout,
    task.stderr,
    task.summary,
    ...task.left.flatMap(each => (each.kind === 'file' ? [each.bytes] : [])),
  ]
  const { rememberedAt, root, gone } = task
  const head: Head = {
    parts: inputs.parts,
    files: [...inputs.files],
    task: { rememberedAt, root, gone },
    sizes: pieces.map(({ length }) => length),
    left: task.left.map(each => {
      if (each.kind !== 'file') return each
      const { bytes: _, ...kept } = each
      return kept
    }),
  }
  await writeFile(join(folder, 'head.gz'), await promisify(gzip)(JSON.stringify(head), { level: 1 }))
  await writeFile(join(folder, 'bytes.gz'), await promisify(gzip)(Buffer.concat(pieces), { level: 1 }))
}

const none = Buffer.alloc(0)

/** An entry that cannot be read is none. */
async function readHead(folder: string): Promise<Head | null> {
  try {
    const text = (await promisify(gunzip)(await readFile(join(folder, 'head.gz')))).toString('utf8')
    return JSON.parse(text) as Head
  } catch {
    return null
  }
}

async function readTask(folder: string, { task, sizes, left }: Head): Promise<RememberedTask | null> {
  const bytes = await readFile(join(folder, 'bytes.gz'))
    .then(promisify(gunzip))
    .catch(() => null)
  if (bytes?.length !== sizes.reduce((sum, size) => sum + size, 0)) return null
  let from = 0
  const pieces = sizes.map(size => {
    from += size
    return bytes.subarray(from - size, from)
  })
  const [stdout = none, stderr = none, summary = none, ...contents] = pieces
  const next = contents.values()
  return {
    ...task,
    stdout,
    stderr,
    summary,
    left: left.map(each => (each.kind === 'file' ? { ...each, bytes: next.next().value ?? none } : each)),
  }
}

/** The oldest go first, until those that stay are few and small enough. What a run that was killed began goes after a day. */
async function prune(dir: string, now: Date, most: typeof usual): Promise<void> {
  const names = await readdir(dir).catch(() => [])
  const tasks = names.filter(name => !name.startsWith('.')).map(name => join(dir, name))
  let bytes = 0
  const gone: string[] = []
  for (const [index, { path, at }] of (await byAge(tasks)).entries()) {
    bytes += await sizeOf(path)
    if (index >= most.entries || bytes > most.bytes || now.getTime() - at > longestMs) gone.push(path)
  }
  for (const name of names.filter(each => each.startsWith('.staging-'))) {
    const facts = await stat(join(dir, name)).catch(() => null)
    if (facts && now.getTime() - facts.mtimeMs > 86_400_000) gone.push(join(dir, name))
  }
  for (const path of gone) await rm(path, { recursive: true, force: true })
}

async function sizeOf(entry: string): Promise<number> {
  const facts = await Promise.all(['head.gz', 'bytes.gz'].map(name => stat(join(entry, name)).catch(() => null)))
  return facts.reduce((sum, each) => sum + (each?.size ?? 0), 0)
}
