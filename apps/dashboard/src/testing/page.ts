import { Window } from 'happy-dom'
import { act, createElement, type ReactNode } from 'react'
import { afterEach, vi } from 'vitest'

/** A browser's page inside a test. It stands before React's renderer is loaded, which looks for one only then. */
const page = new Window({ url: 'http://gantry.test/' })
const names = [
  'document',
  'localStorage',
  'HTMLElement',
  'HTMLInputElement',
  'HTMLTextAreaElement',
  'HTMLSelectElement',
]
for (const name of names) provide(name, Reflect.get(page, name))
provide('window', page)
provide('self', page)
provide('addEventListener', page.addEventListener.bind(page))
provide('removeEventListener', page.removeEventListener.bind(page))
provide('IS_REACT_ACT_ENVIRONMENT', true)

const { createRoot } = await import('react-dom/client')

const unmounts = new Set<() => void>()
afterEach(() => {
  for (const unmount of unmounts) unmount()
  unmounts.clear()
})

export interface Mounted<T> {
  /** What the hook answered last. */
  readonly now: T
  /** How often it was drawn. */
  readonly drawn: number
  /** Draws anew with what the hook now closes over. */
  again(): void
  unmount(): void
}

/** Draws a component that is nothing but this hook and what it draws below. */
export function mounted<T>(
  use: () => T,
  { draw, around }: { draw?: (value: T) => ReactNode; around?: (child: ReactNode) => ReactNode } = {},
): Mounted<T> {
  const seen: T[] = []
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  const hear = (value: T) => {
    seen.push(value)
    return draw?.(value) ?? null
  }
  const render = () => {
    const probe = createElement(Probe<T>, { use, hear })
    act(() => root.render(around?.(probe) ?? probe))
  }
  const unmount = () => {
    if (!unmounts.delete(unmount)) return
    act(() => root.unmount())
    host.remove()
  }
  unmounts.add(unmount)
  render()
  return {
    get now() {
      const last = seen.at(-1)
      if (seen.length === 0) throw new Error('nothing was drawn')
      return last as T
    },
    get drawn() {
      return seen.length
    },
    again: render,
    unmount,
  }
}

function Probe<T>({ use, hear }: { use: () => T; hear: (value: T) => ReactNode }): ReactNode {
  return hear(use())
}

/** Something a person or the browser does; what it changes is drawn when this returns. */
export function done(what: () => void): void {
  act(what)
}

/** Fake time passes, and what was promised by then is drawn. */
export async function passes(ms: number): Promise<void> {
  await act(async () => void (await vi.advanceTimersByTimeAsync(ms)))
}

export function press(key: string, target: EventTarget = document.body): void {
  const event = new page.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
  act(() => void target.dispatchEvent(event as unknown as Event))
}

function provide(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
}
