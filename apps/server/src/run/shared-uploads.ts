import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Objects } from '@gantry/core'
import { artifactFacts, artifactNames, packFolder, runArtifacts, storeFolder, unpackInto } from '@gantry/runner'
import * as z from 'zod'

/** What the runs of a project uploaded, on several machines: each keeps it in a folder, and has from the others what it lacks. */
export interface SharedUploads {
  /** Gives the others what lies in the folder of this machine. */
  keep(runId: string, name: string): Promise<void>
  /** Brings into the folder of this machine what the others have of a run. */
  fetch(runId: string): Promise<void>
  /** The runs of which something is kept. */
  runs(): Promise<string[]>
  /** Gives the others everything that only this machine has, as after a restore. */
  publish(): Promise<void>
  /** Removes what is older for all of them. */
  removeBefore(beforeMs: number, isNeeded: (runId: string) => boolean): Promise<void>
}

const Kept = z.object({ name: z.string(), digest: z.string(), attempt: z.int() })

export function sharedUploads(parts: { project: string; objects: Objects; folder: string }): SharedUploads {
  const { project, objects, folder } = parts
  const root = `projects/${project}/uploads`
  const folderOf = (runId: string) => runArtifacts(folder, runId)
  /** Names of artifacts may hold what a key may not. */
  const keyOf = (runId: string, name: string) =>
    `${root}/${basename(folderOf(runId))}/${Buffer.from(name).toString('base64url')}`
  const keep = async (runId: string, name: string) => {
    const facts = await artifactFacts(folderOf(runId), name)
    if (facts === undefined) return
    await objects.put(`${keyOf(runId, name)}.tar`, packFolder(join(folderOf(runId), name)))
    // Last: whoever finds it finds the files.
    await objects.put(`${keyOf(runId, name)}.json`, Readable.from([Buffer.from(JSON.stringify(facts))]))
  }
  const fetchOne = async (runId: string, key: string) => {
    const about = await objects.get(key)
    if (about === null) return
    const { name, digest, attempt } = Kept.parse(JSON.parse(await text(Readable.from(about))))
    const own = folderOf(runId)
    if ((await artifactFacts(own, name))?.digest === digest) return
    const tar = await objects.get(`${keyOf(runId, name)}.tar`)
    if (tar === null) return
    await mkdir(own, { recursive: true })
    const taken = await mkdtemp(join(own, '.taken-'))
    try {
      await unpackInto(Readable.from(tar), taken)
      await storeFolder(own, { name, attempt, root: taken })
    } finally {
      await rm(taken, { recursive: true, force: true })
    }
  }
  const runs = async () => {
    const found = new Set<string>()
    for await (const { key } of objects.list(root)) found.add(key.slice(root.length + 1).split('/')[0] ?? '')
    return [...found]
  }
  return {
    keep,
    runs,
    async fetch(runId) {
      for await (const { key } of objects.list(`${root}/${basename(folderOf(runId))}`))
        if (key.endsWith('.json')) await fetchOne(runId, key)
    },
    async publish() {
      for (const runId of await readdir(folder).catch(nothingYet))
        for (const name of await artifactNames(folderOf(runId)))
          if (!(await objects.has(`${keyOf(runId, name)}.json`))) await keep(runId, name)
    },
    async removeBefore(beforeMs, isNeeded) {
      for await (const { key, keptAt } of objects.list(root)) {
        const runId = key.slice(root.length + 1).split('/')[0] ?? ''
        if (!isNeeded(runId) && Date.parse(keptAt) < beforeMs) await objects.remove(key)
      }
    },
  }
}

/** Before the first upload there is no folder. */
function nothingYet(cause: NodeJS.ErrnoException): string[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}
