import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { Sheet } from '../ui/sheet.tsx'

/** A layer with a form that asks one thing of the server. It stays open, with the refusal, when the server says no. */
export function FormDialog(props: {
  title: string
  confirm: string
  children: ReactNode
  onClose: () => void
  submit: (form: FormData) => Promise<unknown>
}) {
  const { title, confirm, children, onClose, submit } = props
  const [refused, setRefused] = useState<Error | null>(null)
  const [isActing, setActing] = useState(false)
  const acting = useRef(false)
  const go = async (form: FormData) => {
    if (acting.current) return
    acting.current = true
    setActing(true)
    setRefused(null)
    try {
      await submit(form)
      onClose()
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      acting.current = false
      setActing(false)
    }
  }
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        className="flex flex-col gap-3 p-4"
        autoComplete="off"
        onSubmit={event => {
          event.preventDefault()
          void go(new FormData(event.currentTarget))
        }}
      >
        {children}
        {refused && <Refusal error={refused} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="strong" type="submit" why={isActing ? 'It is being done' : null}>
            {confirm}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}

/** A field with its name above it, and what to know below it. */
export function Labelled({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the field is the child
    <label className="flex flex-col gap-1">
      <span className="font-semibold">{label}</span>
      {children}
      {hint && <span className="text-12 text-muted">{hint}</span>}
    </label>
  )
}

export const textIn = (form: FormData, name: string): string => String(form.get(name) ?? '')
