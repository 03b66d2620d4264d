import { type RefObject, useRef } from 'react'
import { useKeys } from './keys.ts'

/** `j` and `k` walk the rows of a list (their first `[data-row]` link); Enter is the link's own. */
export function useRowKeys<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null)
  const walk = (by: number) => {
    const rows = [...(ref.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    const next = rows[at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  useKeys({ j: () => walk(1), k: () => walk(-1) })
  return ref
}
