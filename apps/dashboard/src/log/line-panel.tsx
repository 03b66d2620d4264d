import type { LogSurroundings, ServiceLine } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { get } from '../api/client.ts'
import { ofProject } from '../project/current-project.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/command.tsx'
import { useKeys } from '../ui/keys.ts'
import { Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { logLevelFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'
import { clock, type Zone } from '../ui/time.ts'
import { When } from '../ui/when.tsx'
import { queryString } from '../ui/words.ts'

const neighbours = 20
const hourMs = 3_600_000

interface LinePanelProps {
  id: string
  /** The line, when it is among those that are shown; a link may lead to one that is not. */
  known: ServiceLine | null
  zone: Zone
  onClose: () => void
  onOpen: (line: ServiceLine) => void
}

/** Every field of one line, and the twenty lines of its service before and after it, whatever is searched. */
export function LinePanel({ id, known, zone, onClose, onOpen }: LinePanelProps) {
  useKeys({ Escape: onClose })
  const { data, error, refetch } = useQuery({
    queryKey: ['log-around', id],
    queryFn: ({ signal }) =>
      get<LogSurroundings>(ofProject(`/logs/around${queryString({ line: id, count: neighbours })}`), signal),
  })
  const line = known ?? data?.line
  if (!line)
    return (
      <Panel title="Line" aside={<CloseButton onClose={onClose} />}>
        {error ? (
          <Refusal error={error} onRetry={() => void refetch()} />
        ) : (
          <p className="text-muted">Reading the line</p>
        )}
      </Panel>
    )
  const near = data ? [...data.before, data.line, ...data.after] : [line]
  return (
    <Panel
      title="Line"
      aside={
        <span className="flex">
          <CopyButton name="Copy the line as JSON" text={() => JSON.stringify(line, null, 2)} />
          <CopyButton name="Copy a link to the line" text={() => linkTo(line)} />
          <CloseButton onClose={onClose} />
        </span>
      }
    >
      <pre className="max-h-40 overflow-y-auto whitespace-pre-wrap break-words">{line.message}</pre>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
        <dt className="text-muted">time</dt>
        <dd>
          {clock(line.at, { zone, millis: true })} <When at={line.at} />
        </dd>
        <dt className="text-muted">level</dt>
        <dd>
          <StateChip face={logLevelFaces[line.level]} />
        </dd>
        <dt className="text-muted">service</dt>
        <dd>
          {line.service} in {line.environment}
        </dd>
        {line.release && (
          <>
            <dt className="text-muted">release</dt>
            <dd>
              <ReleaseLink id={line.release} />
            </dd>
          </>
        )}
        {line.trace && (
          <>
            <dt className="text-muted">trace</dt>
            <dd className="break-words font-mono text-12 leading-5">
              <Link to="/logs" search={{ traceId: line.trace, ...around(line, hourMs) }} className="link">
                {line.trace}
              </Link>
            </dd>
          </>
        )}
        {Object.entries(line.fields).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words font-mono text-12 leading-5">
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </dd>
          </div>
        ))}
      </dl>
      <details className="mt-2">
        <summary className="row cursor-pointer font-semibold leading-8">Lines of {line.service} around it</summary>
        <ol className="max-h-72 overflow-auto font-mono text-12 leading-5">
          {near.map(each => (
            <li key={each.id} className={`truncate ${each.id === line.id ? 'bg-waiting-tint' : ''}`}>
              <button type="button" className="row w-full truncate text-left" onClick={() => onOpen(each)}>
                <span className="text-muted">{clock(each.at, { zone })}</span> {each.message}
              </button>
            </li>
          ))}
        </ol>
      </details>
    </Panel>
  )
}

function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <IconButton name="Close" onClick={onClose}>
      <X size={14} aria-hidden />
    </IconButton>
  )
}

/** Opens the line among those of its minute, whenever it is followed. */
function linkTo(line: ServiceLine): string {
  return `${location.origin}${location.pathname}${queryString({ line: line.id, ...around(line, 60_000) })}`
}

function around({ at }: ServiceLine, ms: number): { from: string; to: string } {
  const instant = (by: number) => new Date(Date.parse(at) + by).toISOString()
  return { from: instant(-ms), to: instant(ms) }
}
