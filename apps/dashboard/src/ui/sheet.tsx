import { Dialog } from 'radix-ui'
import { type ReactNode, useRef } from 'react'

/** What lies under a layer, and the layer itself: at the bottom of a phone, near the top of anything wider. */
export const veil = 'layer fixed inset-0 z-40 bg-[#0b0d1080]'
export const sheet =
  'layer fixed left-1/2 z-40 flex max-h-[88dvh] w-[calc(100vw-16px)] max-w-xl -translate-x-1/2 flex-col overflow-y-auto rounded-8 border border-control bg-raised shadow-layer bottom-2 sm:bottom-auto sm:top-[8dvh]'

/** A layer that asks for nothing and can be closed at any time. One that `stays` is not closed by a click beside it. */
export function Sheet(props: {
  onClose: () => void
  title: string
  children: ReactNode
  wide?: boolean
  stays?: boolean
}) {
  const { onClose, title, children, wide = false, stays = false } = props
  return (
    <Dialog.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={veil} />
        <Dialog.Content
          className={`${sheet} ${wide ? 'sm:max-w-3xl' : ''}`}
          aria-describedby={undefined}
          onCloseAutoFocus={useWayBack()}
          onInteractOutside={event => stays && event.preventDefault()}
        >
          <Dialog.Title className="border-edge border-b p-4 font-semibold text-16">{title}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Returns the focus to what opened the layer: Radix does so only for its own triggers, and ours open by state. */
export function useWayBack(): (event: Event) => void {
  const opener = useRef(document.activeElement)
  return event => {
    event.preventDefault()
    returnFocus(opener.current)
  }
}

const newsWithinMs = 10_000

/**
 * What was done may take its own button away, at once or when the news of it is here. Then the heading of the screen has
 * the focus: without it the next key would start at the top of the document.
 */
function returnFocus(opener: Element | null): void {
  const heading = () => document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
  if (!(opener instanceof HTMLElement) || opener === document.body || !opener.isConnected) {
    heading()
    return
  }
  opener.focus()
  const watch = new MutationObserver(() => {
    if (opener.isConnected) return
    watch.disconnect()
    if (document.activeElement === null || document.activeElement === document.body) heading()
  })
  watch.observe(document.body, { childList: true, subtree: true })
  setTimeout(() => watch.disconnect(), newsWithinMs)
}
