import type { ServiceLine } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { deploymentAt } from './deployment-at.ts'

const hourMs = 3_600_000

/** Where to look next: what its trace did elsewhere, and what ran there at that time. */
export function LineLinks({ line }: { line: ServiceLine }) {
  const { data } = useQuery({ ...queries.deployments(line.environment), staleTime: 60_000 })
  const deployment = data && deploymentAt(data.deployments, line.environment, line.at)
  if (!line.trace && !deployment) return null
  return (
    <p className="mt-2 flex flex-wrap gap-x-4">
      {line.trace && (
        <>
          {/^[0-9a-f]{32}$/i.test(line.trace) && (
            <Link to="/traces/$trace" params={{ trace: line.trace.toLowerCase() }} className="link">
              Its trace
            </Link>
          )}
          <Link to="/logs" search={{ traceId: line.trace, ...around(line, hourMs) }} className="link">
            Lines of its trace
          </Link>
          <Link to="/issues" search={{ q: `trace:${line.trace}`, state: 'all' }} className="link">
            Errors of its trace
          </Link>
        </>
      )}
      {deployment && (
        <Link to="/releases/$release" params={{ release: deployment.release }} className="link">
          {deployment.kind === 'rollback' ? 'Rolled back to' : 'Deployed'} then:{' '}
          <code>{shortSha(deployment.release)}</code>
        </Link>
      )}
    </p>
  )
}

/** As much time before the line as after it. */
export function around({ at }: Pick<ServiceLine, 'at'>, ms: number): { from: string; to: string } {
  const instant = (by: number) => new Date(Date.parse(at) + by).toISOString()
  return { from: instant(-ms), to: instant(ms) }
}
