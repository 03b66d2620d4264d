import type { LogSurroundings, ServiceLine } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { get } from '../api/client.ts'
import { ofProject } from '../project/current-project.ts'
import { IconButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/command.tsx'
import { useKeys } from '../ui/keys.ts'
import { Panel } from '../ui/panel.tsx'
import { Refusal } from '../ui/refusal.tsx'
import type { Zone } from '../ui/time.ts'
import { queryString } from '../ui/words.ts'
import { type FieldActs, LineFacts } from './line-facts.tsx'
import { around, LineLinks } from './line-links.tsx'
import { LinesAround } from './lines-around.tsx'

interface LinePanelProps {
  id: string
  /** The line, when it is among those that are shown; a link may lead to one that is not. */
  known: ServiceLine | null
  zone: Zone
  fieldActs: FieldActs
  onClose: () => void
  onOpen: (line: ServiceLine) => void
}

const [few, many] = [20, 500]

/** Every field of one line, where it leads, and what its service wrote before and after it, whatever is searched. */
export function LinePanel({ id, known, zone, fieldActs, onClose, onOpen }: LinePanelProps) {
  useKeys({ Escape: onClose })
  const [count, setCount] = useState(few)
  const [of, setOf] = useState<'service' | 'instance'>('service')
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['log-around', id, count, of],
    queryFn: ({ signal }) =>
      get<LogSurroundings>(ofProject(`/logs/around${queryString({ line: id, count, of })}`), signal),
    placeholderData: before => (before?.line.id === id ? before : undefined),
  })
  const line = known ?? data?.line
  const place = useRef<HTMLDivElement>(null)
  // Below the list on a phone, where nobody would see that it opened.
  // It answers a promise by now, which is nothing to clean up by.
  useEffect(() => void place.current?.scrollIntoView({ block: 'nearest' }), [])
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
  return (
    <div ref={place} className="min-w-0">
      <Panel
        title="Line"
        aside={
          <span className="flex">
            <CopyButton name="Copy the line as JSON" text={() => JSON.stringify(line, null, 2)} />
            <CopyButton isLink name="Copy a link to the line" text={() => linkTo(line)} />
            <CloseButton onClose={onClose} />
          </span>
        }
      >
        <pre className="max-h-40 overflow-y-auto whitespace-pre-wrap break-words">{line.message}</pre>
        <LineLinks line={line} />
        <LineFacts line={line} zone={zone} acts={fieldActs} />
        <LinesAround
          line={line}
          found={data ?? null}
          zone={zone}
          of={of}
          onOf={setOf}
          onMore={count < many ? () => setCount(Math.min(many, count * 5)) : null}
          isReading={isPlaceholderData || !data}
          onOpen={onOpen}
        />
      </Panel>
    </div>
  )
}

function CloseButton({ onClose }: { onClose: () => void }) {
  return (
    <IconButton name="Close" onClick={onClose}>
      <X size={14} aria-hidden />
    </IconButton>
  )
}

/**
 * Opens the line among those of the minute before it, whenever it is followed. It ends a moment behind: of more lines than are read
 * at once the newest are, and the line has to be one of them.
 */
function linkTo(line: ServiceLine): string {
  const times = { from: around(line, 60_000).from, to: around(line, 1_000).to }
  return `${location.origin}${location.pathname}${queryString({ line: line.id, ...times })}`
}
