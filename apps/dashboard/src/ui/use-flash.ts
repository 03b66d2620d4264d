import { type RefObject, useEffect, useRef } from 'react'

/** A cell whose meaning changed shows its tint once; never on the first paint. */
export function useFlash<T extends HTMLElement = HTMLTableCellElement>(meaning: string): RefObject<T | null> {
  const ref = useRef<T>(null)
  const before = useRef(meaning)
  useEffect(() => {
    if (before.current === meaning) return
    before.current = meaning
    const element = ref.current
    if (!element) return
    element.classList.remove('flash')
    void element.offsetWidth
    element.classList.add('flash')
    const timer = setTimeout(() => element.classList.remove('flash'), 900)
    return () => clearTimeout(timer)
  }, [meaning])
  return ref
}
