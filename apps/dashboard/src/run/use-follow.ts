import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Keeps the end of a list in view until the reader scrolls up; then counts what came meanwhile. */
export function useFollow(parts: { scroller: RefObject<HTMLElement | null>; size: number; startsOn: boolean }) {
  const { scroller, size, startsOn } = parts
  const [isOn, setOn] = useState(startsOn)
  const seen = useRef(size)
  const lastTop = useRef(0)
  useEffect(() => {
    if (startsOn) setOn(true)
  }, [startsOn])
  if (isOn) seen.current = size
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size is why it scrolls
  useLayoutEffect(() => {
    const element = scroller.current
    if (isOn && element) element.scrollTop = element.scrollHeight
  }, [isOn, size, scroller])
  return {
    isOn,
    unseen: isOn || seen.current === 0 ? 0 : Math.max(0, size - seen.current),
    start: () => setOn(true),
    stop() {
      if (isOn) seen.current = size
      setOn(false)
    },
    onScroll() {
      const element = scroller.current
      if (!element) return
      const isUp = element.scrollTop < lastTop.current - 1
      lastTop.current = element.scrollTop
      if (isUp && isOn) {
        seen.current = size
        setOn(false)
      }
      if (!isUp && element.scrollHeight - element.clientHeight - element.scrollTop < 4) seen.current = size
    },
  }
}
