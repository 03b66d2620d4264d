import { counted } from '@gantry/core/words'
import { ofProject } from '../project/current-project.ts'
import { serverNow } from '../ui/now.ts'
import { queryString } from '../ui/words.ts'
import { type LogSearch, logQuery } from './log-filter.ts'

/** What a file holds at most: `mostExportedLines` of the server. */
const most = 1_000_000

/** All lines of the search, as files. What they hold is decided when they are asked for. */
export function ExportLinks({ search, total }: { search: LogSearch; total: number | null }) {
  return (
    <span className="row flex items-center gap-3 text-12 text-muted">
      {total !== null && total > most
        ? `Download the first ${most.toLocaleString('en-GB')} lines`
        : `Download ${total === null ? 'all lines' : counted(total, 'line')}`}
      {(['ndjson', 'csv'] as const).map(format => (
        <a
          key={format}
          download
          href={`/api/v1${ofProject(`/logs/export${queryString({ ...logQuery(search, serverNow()), format })}`)}`}
          className="underline"
        >
          {format.toUpperCase()}
        </a>
      ))}
    </span>
  )
}
