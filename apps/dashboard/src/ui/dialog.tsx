import { AlertDialog, Dialog } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { Button, type ButtonProps } from './button.tsx'
import { asError, Refusal } from './refusal.tsx'

const veil = 'layer fixed inset-0 z-40 bg-[#0b0d1080]'
const sheet =
  'layer fixed left-1/2 z-40 flex max-h-[88dvh] w-[calc(100vw-16px)] max-w-xl -translate-x-1/2 flex-col overflow-y-auto rounded-8 border border-control bg-raised shadow-layer bottom-2 sm:bottom-auto sm:top-[8dvh]'

/** A layer that can be closed at any time. */
export function Sheet(props: {
  isOpen: boolean
  onClose: () => void
  title: string
  children: ReactNode
  wide?: boolean
}) {
  const back = useWayBack()
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={isOpen => !isOpen && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={veil} />
        <Dialog.Content
          {...back}
          className={`${sheet} ${props.wide ? 'sm:max-w-3xl' : ''}`}
          aria-describedby={undefined}
        >
          <Dialog.Title className="border-edge border-b p-4 font-semibold text-16">{props.title}</Dialog.Title>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Returns the focus to what opened the layer: Radix does so only for its own triggers, and ours open by state. */
function useWayBack() {
  const opener = useRef<Element | null>(null)
  return {
    onOpenAutoFocus() {
      opener.current = document.activeElement
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault()
      if (opener.current instanceof HTMLElement) opener.current.focus()
    },
  }
}

export interface ActDialogProps {
  /** The consequence, not a question. */
  title: string
  isOpen: boolean
  onClose: () => void
  children?: ReactNode
  act: (reason: string) => Promise<unknown>
  actLabel: string
  look?: ButtonProps['look']
  why?: string | null
  needsReason?: boolean
  reasonHint?: string
}

/** Asks for a reason, then acts once. The focus starts on Cancel; a refusal is shown where it happened. */
export function ActDialog(props: ActDialogProps) {
  const { title, isOpen, onClose, children } = props
  const back = useWayBack()
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={next => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={veil} />
        <AlertDialog.Content {...back} className={sheet} aria-describedby={undefined}>
          <AlertDialog.Title className="border-edge border-b p-4 font-semibold text-16">{title}</AlertDialog.Title>
          {children && <div className="space-y-3 px-4 pt-4">{children}</div>}
          <ActForm {...props} />
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function ActForm(props: ActDialogProps) {
  const { act, actLabel, look = 'strong', why = null, needsReason = true, onClose, reasonHint } = props
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  const [isActing, setActing] = useState(false)
  const acting = useRef(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const go = async () => {
    if (acting.current) return
    if (needsReason && reason.trim() === '') {
      setMissing(true)
      field.current?.focus()
      return
    }
    acting.current = true
    setActing(true)
    setRefused(null)
    try {
      await act(reason.trim())
      onClose()
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      acting.current = false
      setActing(false)
    }
  }
  return (
    <form
      className="p-4"
      onSubmit={event => {
        event.preventDefault()
        void go()
      }}
    >
      <label className="block font-semibold" htmlFor="act-reason">
        Reason {!needsReason && <span className="font-normal text-muted">(may stay empty)</span>}
      </label>
      <textarea
        id="act-reason"
        ref={field}
        rows={2}
        value={reason}
        aria-required={needsReason}
        aria-invalid={isMissing}
        aria-describedby="act-reason-hint"
        onChange={event => {
          setReason(event.target.value)
          setMissing(false)
        }}
        className={`mt-1 w-full rounded-4 border bg-surface px-2 py-1 text-13 pointer-coarse:text-16 ${isMissing ? 'border-bad-solid' : 'border-control'}`}
      />
      <p id="act-reason-hint" className={`text-12 ${isMissing ? 'text-bad' : 'text-muted'}`}>
        {isMissing
          ? 'Reason: expected a sentence, got nothing.'
          : (reasonHint ?? 'It is kept in the ledger, with your name.')}
      </p>
      {why && <p className="mt-2 rounded-4 bg-warn-tint p-2 text-warn">{why}</p>}
      {refused && <Refusal error={refused} />}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <AlertDialog.Cancel asChild>
          <Button>Cancel</Button>
        </AlertDialog.Cancel>
        <Button look={look} type="submit" why={isActing ? 'It is being done' : why}>
          {actLabel}
        </Button>
      </div>
    </form>
  )
}
