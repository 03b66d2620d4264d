import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { queries } from '../api/queries.ts'
import { useLive } from '../live/live.ts'
import { clock } from '../ui/time.ts'

const apartMs = 5_000

/** Says live changes to screen readers: at most one message in five seconds; an alert only for a new incident. */
export function Announcer() {
  const live = useLive()
  const lost =
    live.state === 'lost' ? `Live updates are lost since ${clock(new Date(live.since).toISOString())} UTC` : ''
  const wasLost = useRef(false)
  const [said, setSaid] = useState('')
  const lastAt = useRef(0)
  useEffect(() => {
    const text = lost || (wasLost.current ? 'Live updates are back' : '')
    wasLost.current = lost !== ''
    if (!text) return
    const wait = Math.max(0, lastAt.current + apartMs - Date.now())
    const timer = setTimeout(() => {
      lastAt.current = Date.now()
      setSaid(text)
    }, wait)
    return () => clearTimeout(timer)
  }, [lost])
  return (
    <>
      <div role="status" className="sr-only">
        {said}
      </div>
      <IncidentAlert />
    </>
  )
}

function IncidentAlert() {
  const { data } = useQuery(queries.incidents())
  const known = useRef<number | null>(null)
  const [said, setSaid] = useState('')
  const newest = data?.incidents.find(({ state }) => state === 'open')
  useEffect(() => {
    if (!data) return
    const number = newest?.number ?? 0
    if (known.current !== null && newest && number > known.current)
      setSaid(`Incident ${number} opened: ${newest.title}`)
    known.current = Math.max(number, known.current ?? 0)
  }, [data, newest])
  return (
    <div role="alert" className="sr-only">
      {said}
    </div>
  )
}
