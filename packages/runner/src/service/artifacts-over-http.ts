import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import * as z from 'zod'
import { runArtifacts } from '../actions/artifact-store.ts'
import { packFolder, unpackInto } from '../actions/packed-folder.ts'
import type { Machine } from '../run/machine.ts'
import type { ServerCall } from './server-client.ts'

const Facts = z.object({ name: z.string(), digest: z.string(), files: z.int(), attempt: z.int() })
const Listed = z.object({ run: z.string(), artifacts: z.array(Facts) })

/** Artifacts of a project as a job sees them: they lie at the server, and here only while the job lasts. */
export function artifactsOverHttp(
  call: ServerCall,
  id: string,
  artifactsDir: string,
): Pick<Machine, 'artifactsDir' | 'sharedArtifacts'> {
  const path = `/jobs/${id}/artifacts`
  return {
    artifactsDir,
    sharedArtifacts: {
      async provide(asked, isWanted) {
        const answer = await call(`${path}?${new URLSearchParams({ run: asked })}`)
        const { run, artifacts } = Listed.parse(await answer.json())
        const folder = runArtifacts(artifactsDir, run)
        await mkdir(folder, { recursive: true })
        for (const facts of artifacts) {
          await writeFile(join(folder, `${facts.name}.json`), JSON.stringify(facts))
          if (!isWanted(facts.name)) continue
          const query = new URLSearchParams({ run })
          const { body } = await call(`${path}/${encodeURIComponent(facts.name)}?${query}`)
          if (body === null) throw new Error(`expected artifact ${facts.name} of the server, got nothing`)
          await unpackInto(Readable.fromWeb(body as ReadableStream), join(folder, facts.name))
        }
        return run
      },
      async publish(runId, name, isOverwriting) {
        const folder = runArtifacts(artifactsDir, runId)
        const { attempt } = Facts.parse(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')))
        const query = new URLSearchParams({ attempt: String(attempt), overwrite: String(isOverwriting) })
        await call(`${path}/${encodeURIComponent(name)}?${query}`, () => ({
          ...{ method: 'PUT', headers: { 'content-type': 'application/x-tar' }, duplex: 'half' },
          body: Readable.toWeb(packFolder(join(folder, name))) as NonNullable<RequestInit['body']>,
        }))
      },
    },
  }
}
