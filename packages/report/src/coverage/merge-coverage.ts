import istanbul, { type CoverageMap, type FileCoverageData } from 'istanbul-lib-coverage'
import { ownPath } from '../own-path.ts'

export interface Merged {
  /** Keyed by path from the root of the repository. */
  map: CoverageMap
  /** Paths that are no file of this repository, as written: built code, or another checkout. */
  foreign: string[]
}

/**
 * Coverage of any number of packages and shards as one. Hits are added by where in the source they were counted:
 * adding by line, as merging lcov does, gives wrong totals (a project covered to 95 % showed 88 %).
 */
export function mergeCoverage(parts: readonly FileCoverageData[], files: ReadonlySet<string>): Merged {
  const map = istanbul.createCoverageMap({})
  const foreign = new Set<string>()
  for (const part of parts) {
    const path = ownPath(part.path, files)
    if (path === null) foreign.add(part.path)
    else map.addFileCoverage(istanbul.createFileCoverage({ ...structuredClone(part), path }))
  }
  return { map, foreign: [...foreign].sort() }
}
