import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FinishedJob, JobAnswer, JobCache, JobFacts } from '@gantry/core'
import { type FolderJobs, folderJobs } from './folder-jobs.ts'
import { aboutRun } from './inputs.ts'
import { type Contents, jobInputs } from './job-inputs.ts'
import { folderTasks } from './task/folder-tasks.ts'
import { scriptShells } from './task/script-shells.ts'
import { folderStandings } from './task/standing.ts'
import { VeilPool } from './task/view/veil-pool.ts'
import { findViewer } from './task/view/viewer.ts'

interface Place {
  /** Where everything is kept. */
  dir: string
  now(): Date
  /** What every checkout of this run gets. `isAgain`: as it is now, not as it was when the run began. */
  contents(isAgain?: boolean): Promise<Contents>
  /** Folders outside of jobs that hold the same files, such as the repository itself: out of sight where a key is small. */
  hidden: readonly string[]
  /** Without it, the one this machine allows. */
  viewer?: typeof findViewer
}

/** Jobs and scripts of packages that succeeded before, in a folder of this machine. */
export function folderCache(place: Place): JobCache {
  const { dir, now } = place
  const find = place.viewer ?? findViewer
  let viewer: ReturnType<typeof find> | undefined
  let veils: VeilPool | undefined
  const jobs = folderJobs(dir, now)
  const shared = {
    now,
    store: folderTasks(join(dir, '.tasks'), now),
    standings: folderStandings(join(dir, '.standings'), now),
    hidden: place.hidden,
    // Jobs work on one disk: what can be hidden in one can be in all.
    findViewer(folder: string) {
      viewer ??= find(folder)
      return viewer
    },
    veilsIn(folder: string) {
      veils ??= new VeilPool(join(folder, `.veils-${randomUUID()}`))
      return veils
    },
  }
  return {
    async recall(facts): Promise<JobAnswer> {
      const contents = await place.contents()
      const inputs = jobInputs(facts, contents, now())
      const known = await jobs.recall(inputs)
      if (known.kind === 'hit') {
        return { kind: 'hit', job: known.job, reason: `nothing it reads has changed since ${known.keptAt}` }
      }
      const about = inputs.parts[aboutRun] ?? ''
      const scripts = scriptShells({ ...shared, files: contents.files, about })
      return { ...known, scripts, keep: job => keepUnchanged(facts, inputs.parts['files'], job, place, jobs) }
    },
  }
}

/** Somebody may have typed on while it ran: then nobody knows what it read. */
async function keepUnchanged(
  facts: JobFacts,
  filesBefore: string | undefined,
  job: FinishedJob,
  { contents, now }: Place,
  jobs: FolderJobs,
): Promise<void> {
  const after = jobInputs(facts, await contents(true), now())
  if (after.parts['files'] === filesBefore) await jobs.keep(after, job)
}
