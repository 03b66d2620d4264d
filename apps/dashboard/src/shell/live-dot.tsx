import { retryLive, useLive } from '../live/live.ts'
import { useSeconds } from '../ui/now.ts'
import { clock } from '../ui/time.ts'

/** Whether what one sees is what is. */
export function LiveDot() {
  const live = useLive()
  if (live.state === 'lost') return <Lost since={live.since} retryAt={live.retryAt} />
  const isLive = live.state === 'live'
  return (
    <span className="flex items-center gap-1.5 px-1 text-12 text-muted">
      <span aria-hidden className={`bar size-2 rounded-full ${isLive ? 'bg-ok-solid' : 'bg-unknown-solid'}`} />
      <span className="max-sm:sr-only">{isLive ? 'Live' : 'Connecting'}</span>
    </span>
  )
}

function Lost({ since, retryAt }: { since: number; retryAt: number }) {
  useSeconds()
  const wait = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))
  return (
    <button
      type="button"
      onClick={retryLive}
      data-tip="Try again now"
      className="row rounded-4 bg-warn-tint px-2 font-semibold text-12 text-warn"
    >
      ▲ Live lost
      <span className="max-sm:sr-only">
        {' '}
        · as of {clock(new Date(since).toISOString())} UTC · {wait > 0 ? `retry in ${wait} s` : 'retrying'}
      </span>
    </button>
  )
}
