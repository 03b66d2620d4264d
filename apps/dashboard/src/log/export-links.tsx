import { ofProject } from '../project/current-project.ts'
import { serverNow } from '../ui/now.ts'
import { queryString } from '../ui/words.ts'
import { type LogSearch, logQuery } from './log-filter.ts'

/** All lines of the search, as files. What they hold is decided when they are asked for. */
export function ExportLinks({ search }: { search: LogSearch }) {
  return (
    <span className="row flex items-center gap-3 text-12 text-muted">
      Download
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
