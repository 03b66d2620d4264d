import type { ImportMark } from '@gantry/core/api'
import { When } from '../ui/when.tsx'

/** Where an issue was brought from: one of here may be several over there. */
export function IssueOrigin({ marks }: { marks: readonly ImportMark[] }) {
  const [first] = marks
  if (!first) return null
  return (
    <span className="w-full break-words">
      Imported <When at={first.at} />, from{' '}
      {marks.map(({ id, service, shortId, url }, index) => (
        <span key={`${service} ${id}`}>
          {index > 0 && ', '}
          {url === null ? (
            `${service} ${shortId ?? id}`
          ) : (
            <a href={url} target="_blank" rel="noreferrer" className="link">
              {service} {shortId ?? id}
            </a>
          )}
        </span>
      ))}
      . Counts include what came there.
    </span>
  )
}
