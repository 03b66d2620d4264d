import { type ComponentProps, type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'

/** A form that asks one thing of the server, and shows its refusal below. */
export function AskForm(props: {
  children: ReactNode
  act: string
  look?: 'strong' | 'plain'
  submit: (form: FormData) => Promise<unknown>
}) {
  const { children, act, look = 'strong', submit } = props
  const { run, isBusy, refused } = useAsk()
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        const form = event.currentTarget
        void run(() => submit(new FormData(form)))
      }}
    >
      {children}
      <Button look={look} type="submit" className="self-start" why={isBusy ? 'It is asked already' : null}>
        {act}
      </Button>
      {refused && <Refused error={refused} />}
    </form>
  )
}

/** A refusal in line with the fields it is about. */
export const Refused = ({ error }: { error: Error }) => (
  <div className="-mx-3 -my-2">
    <Refusal error={error} />
  </div>
)

/** Runs one question at a time and keeps why it was refused. */
export function useAsk() {
  const [refused, setRefused] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const run = async (ask: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setRefused(null)
    try {
      await ask()
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      setBusy(false)
    }
  }
  return { run, isBusy, refused }
}

/** A field with its name above it. */
export function Field({ label, hint, ...rest }: ComponentProps<'input'> & { label: string; hint?: string }) {
  const id = useId()
  return (
    <label htmlFor={id} className="flex max-w-sm flex-col gap-1">
      <span className="font-semibold">{label}</span>
      <TextField id={id} label={label} placeholder="" required {...rest} />
      {hint && <span className="text-12 text-muted">{hint}</span>}
    </label>
  )
}

export const textIn = (form: FormData, name: string): string => String(form.get(name) ?? '')
