import type { ServiceLine } from '@gantry/core/api'
import { X } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/command.tsx'
import { useKeys } from '../ui/keys.ts'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { logLevelFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'
import { clock, type Zone } from '../ui/time.ts'
import { When } from '../ui/when.tsx'

const around = 20

/** Every field of one line, and the twenty lines of its service before and after it. */
export function LinePanel(props: { line: ServiceLine; lines: ServiceLine[]; zone: Zone; onClose: () => void }) {
  const { line, lines, zone, onClose } = props
  useKeys({ Escape: onClose })
  const own = lines.filter(({ service, environment }) => service === line.service && environment === line.environment)
  const at = own.findIndex(({ id }) => id === line.id)
  const near = own.slice(Math.max(0, at - around), at + around + 1)
  return (
    <Panel
      title="Line"
      aside={
        <span className="flex">
          <CopyButton name="Copy the line as JSON" text={() => JSON.stringify(line, null, 2)} />
          <IconButton name="Close" onClick={onClose}>
            <X size={14} aria-hidden />
          </IconButton>
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
              <span className="text-muted">{clock(each.at, { zone })}</span> {each.message}
            </li>
          ))}
        </ol>
      </details>
    </Panel>
  )
}
