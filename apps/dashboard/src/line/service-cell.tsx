import type { LineCell, LineEnvironment } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { ExternalLink } from 'lucide-react'
import { Sparkline } from '../ui/sparkline.tsx'
import { cellFace, noData } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { useFlash } from '../ui/use-flash.ts'
import { When } from '../ui/when.tsx'

interface Props {
  environment: LineEnvironment
  service: string
  cell: LineCell | undefined
  isStale: boolean
}

/** One service in one environment. Its name for ears holds service, environment, state and release. */
export function ServiceCell({ environment, service, cell, isStale }: Props) {
  const face = cell ? cellFace(cell, { isStale }) : noData
  const flash = useFlash(`${face.word} ${cell?.release}`)
  return (
    <td ref={flash} className="border-edge px-3 py-2 align-top max-md:block md:border-b md:border-l">
      <span className="text-12 text-muted md:hidden" aria-hidden>
        {environment.name}
      </span>
      <span className="sr-only">
        {service} in {environment.name}: {face.word}
        {cell?.release ? `, release ${shortSha(cell.release)}.` : '.'}
      </span>
      {cell?.release ? <Running cell={cell} face={face} /> : <StateMark face={face} />}
    </td>
  )
}

function Running({ cell, face }: { cell: LineCell; face: ReturnType<typeof cellFace> }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2">
        <StateMark face={face} />
        <code className="text-muted">
          {cell.schemaVersion ? `schema ${cell.schemaVersion}` : shortSha(cell.release ?? '')}
        </code>
        {cell.since && (
          <span className="text-muted">
            <When at={cell.since} />
          </span>
        )}
        {cell.url && (
          <a href={cell.url} target="_blank" rel="noreferrer" className="link inline-flex items-center gap-0.5">
            open
            <span className="sr-only">
              {' '}
              {cell.service} in {cell.environment}
            </span>{' '}
            <ExternalLink size={12} aria-hidden />
          </a>
        )}
      </div>
      <p className={`break-words ${face.role === 'bad' ? 'text-bad' : 'text-muted'}`}>{cell.healthDetail}</p>
      {cell.requestsPerMinute !== null && (
        <div className="mt-0.5 flex items-center gap-2">
          <Sparkline values={cell.failureShare} label={`Failed share of requests to ${cell.service}, last 5 minutes`} />
          <span className="whitespace-nowrap text-12 text-muted">{Math.round(cell.requestsPerMinute)} req/min</span>
        </div>
      )}
    </>
  )
}
