import { useEffect, useId, useRef, useState } from 'react'
import { serverNow } from './now.ts'
import { everyReading } from './time.ts'

interface Shown {
  text: string
  x: number
  y: number
  isBelow: boolean
}

/**
 * The one tooltip of the page, for every element with `data-tip`, or with a moment in `data-tip-at`: shown on hover and on focus, closed by Escape, and it may
 * be entered with the pointer. One listener instead of a component around every time and button.
 */
export function Tip() {
  const id = useId()
  const [shown, setShown] = useState<Shown | null>(null)
  const of = useRef<Element | null>(null)
  useEffect(() => {
    const hide = () => {
      of.current?.removeAttribute('aria-describedby')
      of.current = null
      setShown(null)
    }
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null
      if (target === of.current) return
      if (event.target instanceof Element && event.target.closest('[role="tooltip"]')) return
      hide()
      const at = target?.getAttribute('data-tip-at')
      const text = at ? everyReading(at, serverNow()) : target?.getAttribute('data-tip')
      if (!target || !text || (event.type === 'focusin' && !target.matches(':focus-visible'))) return
      const { left, width, top, bottom } = target.getBoundingClientRect()
      const isBelow = top < 90
      of.current = target
      if (!target.hasAttribute('aria-describedby')) target.setAttribute('aria-describedby', id)
      const x = Math.min(Math.max(left + width / 2, 110), innerWidth - 110)
      setShown({ text, x, y: isBelow ? bottom + 6 : top - 6, isBelow })
    }
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && hide()
    document.addEventListener('pointerover', show)
    document.addEventListener('focusin', show)
    document.addEventListener('focusout', hide)
    document.addEventListener('keydown', onKey)
    document.addEventListener('scroll', hide, true)
    return () => {
      document.removeEventListener('pointerover', show)
      document.removeEventListener('focusin', show)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('scroll', hide, true)
    }
  }, [id])
  return (
    <div
      id={id}
      role="tooltip"
      hidden={!shown}
      className="layer fixed z-50 max-w-80 whitespace-pre-line rounded-4 border border-control bg-raised px-2 py-1 text-12 text-text shadow-layer"
      style={shown ? { left: shown.x, top: shown.y, translate: shown.isBelow ? '-50% 0' : '-50% -100%' } : undefined}
    >
      {shown?.text}
    </div>
  )
}
