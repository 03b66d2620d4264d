import { toast } from 'sonner'
import { useSeconds, useTold } from './now.ts'
import { clock, duration, spoken, type Zone } from './time.ts'

/** A moment: relative within a day, then absolute. A closer look says UTC, local and relative; a click copies it. */
export function When({ at, tabIndex }: { at: string; tabIndex?: number }) {
  const text = useTold(at, now => spoken(at, now))
  return <Moment at={at} text={text} tabIndex={tabIndex} />
}

/** A moment in a timeline or a log: always absolute, in the zone its list is read in. */
export function At({ at, zone = 'utc', tabIndex }: { at: string; zone?: Zone; tabIndex?: number }) {
  return <Moment at={at} text={clock(at, { zone })} tabIndex={tabIndex} />
}

function Moment(props: { at: string; text: string; tabIndex: number | undefined }) {
  const { at, text, tabIndex } = props
  return (
    <button
      type="button"
      className="whitespace-nowrap"
      data-tip=""
      data-tip-at={at}
      {...(tabIndex !== undefined && { tabIndex })}
      onClick={event => {
        event.preventDefault()
        event.stopPropagation()
        void navigator.clipboard?.writeText(at).then(() => toast(`Copied ${at}`))
      }}
    >
      <time dateTime={at}>{text}</time>
    </button>
  )
}

/** How long something took, or has taken so far: then it ticks with the server's clock. */
export function Took({ from, to }: { from: string | null | undefined; to: string | null | undefined }) {
  if (!from) return null
  if (to) return <span>{duration(Date.parse(to) - Date.parse(from))}</span>
  return <Running from={from} />
}

function Running({ from }: { from: string }) {
  const now = useSeconds()
  return <span>{duration(Math.max(0, Math.floor((now - Date.parse(from)) / 1000) * 1000))}</span>
}
