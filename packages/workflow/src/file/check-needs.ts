import { didYouMean } from '@gantry/core/words'
import type { JobSpec } from './workflow.ts'
import type { YamlReader } from './yaml-reader.ts'

/** Every `needs` names a job of the file, and no job waits for itself around a corner. */
export function checkNeeds(jobs: JobSpec[], reader: YamlReader): void {
  const byKey = new Map(jobs.map(job => [job.key, job]))
  let isWhole = true
  for (const job of jobs) {
    for (const need of job.needs) {
      if (byKey.has(need)) continue
      isWhole = false
      reader.find(
        job.at,
        `expected job ${job.key} to need a job of this file, got "${need}"${didYouMean(need, [...byKey.keys()])}`,
      )
    }
  }
  if (!isWhole) return
  const cycle = findCycle(byKey)
  if (cycle !== undefined) {
    const at = byKey.get(cycle[0] ?? '')?.at ?? { line: 1, column: 1 }
    reader.find(at, `expected needs without a circle, got ${cycle.join(' → ')}`)
  }
}

function findCycle(byKey: Map<string, JobSpec>): string[] | undefined {
  const done = new Set<string>()
  const visit = (key: string, path: string[]): string[] | undefined => {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key]
    if (done.has(key)) return undefined
    for (const need of byKey.get(key)?.needs ?? []) {
      const cycle = visit(need, [...path, key])
      if (cycle !== undefined) return cycle
    }
    done.add(key)
    return undefined
  }
  for (const key of byKey.keys()) {
    const cycle = visit(key, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}
