import type { CoverageMap } from 'istanbul-lib-coverage'
import libReport from 'istanbul-lib-report'
import reports from 'istanbul-reports'

/**
 * Writes istanbul's pages, one for each file with every line's hits.
 * @param folder is made when it is not there
 * @param sourceOf text of a file of the map
 */
export function writeCoverageHtml(map: CoverageMap, folder: string, sourceOf: (file: string) => string): void {
  const context = libReport.createContext({ dir: folder, coverageMap: map, sourceFinder: sourceOf })
  reports.create('html', { skipEmpty: false }).execute(context)
}
