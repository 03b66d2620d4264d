import { useRef, useState } from 'react'
import { orderedAsBefore } from './ordered-as-before.ts'

/**
 * A list under somebody's pointer or focus keeps its order; its rows still say the newest, and what is new waits to be asked for.
 */
export function useSettled<T>(newest: T[], idOf: (item: T) => string) {
  const [isRead, setRead] = useState(false)
  const order = useRef<string[]>([])
  const held = isRead ? orderedAsBefore(newest, order.current, idOf) : null
  const shown = held && held.waiting < newest.length ? held.shown : newest
  if (shown === newest) order.current = newest.map(idOf)
  return {
    shown,
    waiting: shown === newest ? 0 : (held?.waiting ?? 0),
    settle: () => {
      order.current = newest.map(idOf)
      setRead(false)
    },
    reading: {
      onPointerEnter: () => setRead(true),
      onPointerLeave: () => setRead(false),
    },
  }
}
