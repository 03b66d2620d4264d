import { Dialog } from 'radix-ui'
import { type ReactNode, useRef } from 'react'

/** What lies under a layer, and the layer itself: at the bottom of a phone, near the top of anything wider. */
export const veil = 'layer fixed inset-0 z-40 bg-[#0b0d1080]'
export const sheet =
  'layer fixed left-1/2 z-40 flex max-h-[88dvh] w-[calc(100vw-16px)] max-w-xl -translate-x-1/2 flex-col overflow-y-auto rounded-8 border border-control bg-raised shadow-layer bottom-2 sm:bottom-auto sm:top-[8dvh]'

/** A layer that asks for nothing and can be closed at any time. Mounted while open. */
export function Sheet(props: { onClose: () => void; title: string; children: ReactNode; wide?: boolean }) {
  const { onClose, title, children, wide = false } = props
  return (
    <Dialog.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={veil} />
        <Dialog.Content
          className={`${sheet} ${wide ? 'sm:max-w-3xl' : ''}`}
          aria-describedby={undefined}
          onCloseAutoFocus={useWayBack()}
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
    // An opener that left the page with what it did has no place to return to.
    if (!(opener.current instanceof HTMLElement) || !opener.current.isConnected) return
    event.preventDefault()
    opener.current.focus()
  }
}
