import { useEffect, useRef, useSyncExternalStore } from 'react'

type Act = (event: KeyboardEvent) => void

const layers: { current: Record<string, Act> }[] = []
const storageKey = 'gantry.single-keys'
const hearers = new Set<() => void>()
let pending: { key: string; at: number } | null = null
const sequenceMs = 1_200

const read = () => {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}
let areOn = read()

/** How this system's keyboards call the key of chords: ⌘K where there is a ⌘, Ctrl K everywhere else. */
export const chord = (key: string, platform: string = navigator.platform): string =>
  /^(Mac|iP(hone|ad|od))/.test(platform) ? `⌘${key}` : `Ctrl ${key}`

/** Single keys can be switched off (WCAG 2.1.4); chords stay. */
export const useSingleKeys = (): boolean =>
  useSyncExternalStore(
    hear => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    () => areOn,
  )

export function setSingleKeys(on: boolean): void {
  areOn = on
  try {
    localStorage.setItem(storageKey, on ? 'on' : 'off')
  } catch {
    // Only this visit, then.
  }
  for (const hear of hearers) hear()
}

/** Acts by key while the caller is mounted: `f`, `shift+r`, `g l`, `mod+k`. The newest caller wins. */
export function useKeys(acts: Record<string, Act>): void {
  const layer = useRef(acts)
  layer.current = acts
  useEffect(() => {
    layers.push(layer)
    return () => void layers.splice(layers.indexOf(layer), 1)
  }, [])
}

export function installKeys(): void {
  document.addEventListener('keydown', event => {
    const name = keyName(event)
    if (!name || event.defaultPrevented) return
    const isChord = name.startsWith('mod+')
    if (!isChord && (!areOn || isTyping(event.target) || isLayerOpen())) return
    const sequence = pending && event.timeStamp - pending.at < sequenceMs ? `${pending.key} ${name}` : null
    pending = null
    const act = (sequence && actFor(sequence)) || actFor(name)
    if (act) {
      event.preventDefault()
      act(event)
    } else if (name === 'g') pending = { key: name, at: event.timeStamp }
  })
}

const actFor = (name: string): Act | undefined => layers.findLast(({ current }) => name in current)?.current[name]

/** Exported for its test: what a key is called, or null when it belongs to the browser. */
export function keyName(
  event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey'>,
): string | null {
  if (event.altKey) return null
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.metaKey || event.ctrlKey) return `mod+${key}`
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}

const isLayerOpen = () => document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null
