import { AlertDialog, Dialog } from 'radix-ui'
import { type ReactNode, type RefObject, useId, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { Kbd } from './field.tsx'
import { chord } from './keys.ts'
import { asError, Refusal } from './refusal.tsx'
import { sheet, useWayBack, veil } from './sheet.tsx'

export interface ReasonDialogProps {
  /** The consequence, not a question. */
  title: string
  onClose: () => void
  children?: ReactNode
  act: (reason: string) => Promise<unknown>
  confirm: string
  /** An alertdialog: the focus starts on Cancel, and a click beside it does not close it. */
  isGrave?: boolean
  why?: string | null
  isReasonOptional?: boolean
  /** What else to know before it is done, beside where the reason goes. */
  hint?: string
}

/** Asks for a reason, then acts once. Mounted while open; the focus returns to what opened it. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, onClose, children, isGrave = false } = props
  const reason = useRef<HTMLTextAreaElement>(null)
  const Parts = isGrave ? AlertDialog : Dialog
  return (
    <Parts.Root open onOpenChange={isOpen => !isOpen && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className={veil} />
        <Parts.Content
          className={sheet}
          aria-describedby={undefined}
          onOpenAutoFocus={event => {
            // What is asked for, not what stands first and scrolls. Where it is grave, Radix starts on Cancel.
            if (isGrave || !reason.current) return
            event.preventDefault()
            reason.current.focus()
          }}
          onCloseAutoFocus={useWayBack()}
        >
          <Parts.Title className="border-edge border-b p-4 font-semibold text-16">{title}</Parts.Title>
          {children && <div className="space-y-3 px-4 pt-4">{children}</div>}
          <ReasonForm
            {...props}
            field={reason}
            cancel={isGrave ? <Cancel /> : <Button onClick={onClose}>Cancel</Button>}
          />
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}

const Cancel = () => (
  <AlertDialog.Cancel asChild>
    <Button>Cancel</Button>
  </AlertDialog.Cancel>
)

interface FormProps extends ReasonDialogProps {
  cancel: ReactNode
  field: RefObject<HTMLTextAreaElement | null>
}

function ReasonForm(props: FormProps) {
  const { act, confirm, isGrave = false, why = null, isReasonOptional = false, hint, onClose, cancel, field } = props
  const id = useId()
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  const [isActing, setActing] = useState(false)
  const acting = useRef(false)
  const go = async () => {
    if (acting.current || why !== null) return
    if (!isReasonOptional && reason.trim() === '') {
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
    <div className="p-4">
      <label className="block font-semibold" htmlFor={id}>
        Reason
      </label>
      <textarea
        id={id}
        ref={field}
        rows={2}
        value={reason}
        aria-required={!isReasonOptional}
        aria-invalid={isMissing}
        aria-describedby={`${id}-hint`}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        onKeyDown={event => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          void go()
        }}
        onChange={event => {
          setReason(event.target.value)
          setMissing(false)
        }}
        className={`mt-1 w-full rounded-4 border bg-surface px-2 py-1 text-13 pointer-coarse:text-16 ${isMissing ? 'border-bad-solid' : 'border-control'}`}
      />
      <div className="flex flex-wrap justify-between gap-x-3 text-12 text-muted">
        <p id={`${id}-hint`} className={isMissing ? 'text-bad' : ''}>
          {isMissing ? 'Reason: expected a sentence, got nothing.' : wordsOf(isReasonOptional, hint)}
        </p>
        <p className="pointer-coarse:hidden">
          <Kbd>{chord('Enter')}</Kbd> confirms
        </p>
      </div>
      {why && <p className="mt-2 rounded-4 bg-warn-tint p-2 text-warn">{why}</p>}
      {refused && <Refusal error={refused} onRetry={() => void go()} />}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        {cancel}
        <Button
          look={isGrave ? 'danger' : 'strong'}
          onClick={() => void go()}
          why={isActing ? 'It is being done' : why}
        >
          {confirm}
        </Button>
      </div>
    </div>
  )
}

const wordsOf = (isOptional: boolean, hint = '') =>
  `${isOptional ? 'It may stay empty. ' : ''}It is kept in the ledger, with your name. ${hint}`.trim()
