import { ArrowDown, ArrowUp } from 'lucide-react'
import { IconButton, Toggle } from '../ui/button.tsx'
import { CopyButton } from '../ui/command.tsx'
import { TextField } from '../ui/field.tsx'

export interface LogToolsProps {
  sought: string
  setSought: (text: string) => void
  found: { at: number; total: number }
  seek: (by: number) => void
  isWrapped: boolean
  setWrapped: (on: boolean) => void
  hasTimes: boolean
  setTimes: (on: boolean) => void
  isFollowing: boolean
  onFollow: () => void
  rawHref: string
  /** What is copied, as its button is called, and the text. */
  copied: { name: string; text: () => Promise<string> }
}

export function LogTools(props: LogToolsProps) {
  const { sought, setSought, found, seek, rawHref, copied } = props
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-edge border-b px-2 py-1">
      <TextField
        label="Find in the log"
        data-filter
        value={sought}
        onChange={event => setSought(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') seek(event.shiftKey ? -1 : 1)
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className="w-44"
      />
      {sought && (
        <>
          <span role="status" className="whitespace-nowrap text-12 text-muted">
            {found.total === 0 ? 'not found' : `${found.at + 1} of ${found.total.toLocaleString('en-GB')}`}
          </span>
          <IconButton name="Previous hit" onClick={() => seek(-1)}>
            <ArrowUp size={14} aria-hidden />
          </IconButton>
          <IconButton name="Next hit" onClick={() => seek(1)}>
            <ArrowDown size={14} aria-hidden />
          </IconButton>
        </>
      )}
      <span className="ml-auto flex flex-wrap gap-1.5">
        <CopyButton {...copied} />
        <Toggle on={props.isWrapped} onClick={() => props.setWrapped(!props.isWrapped)}>
          Wrap
        </Toggle>
        <Toggle on={props.hasTimes} onClick={() => props.setTimes(!props.hasTimes)}>
          UTC
        </Toggle>
        <a
          href={rawHref}
          target="_blank"
          rel="noreferrer"
          className="row inline-flex items-center rounded-4 border border-edge px-2 text-muted hover:bg-sunken hover:text-text"
        >
          Raw
        </a>
        <Toggle on={props.isFollowing} onClick={props.onFollow}>
          Follow
        </Toggle>
      </span>
    </div>
  )
}
