import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { TextField } from './field.tsx'

/** One line of text and what is done with it. It is empty again once that is done. */
export function LineForm(props: {
  label: string
  placeholder: string
  button: ReactNode
  /** Why what is written cannot be taken. */
  why?: (text: string) => string | null
  className?: string
  /** Whether it was done. */
  act: (text: string) => Promise<boolean>
}) {
  const { label, placeholder, button, why = () => null, className = 'flex-1', act } = props
  const [text, setText] = useState('')
  const refusal = why(text.trim())
  const submit = async () => {
    if (text.trim() !== '' && refusal === null && (await act(text.trim()))) setText('')
  }
  return (
    <form
      className="flex flex-wrap items-center gap-2 p-3"
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField
        label={label}
        placeholder={placeholder}
        value={text}
        onChange={({ target }) => setText(target.value)}
        className={className}
      />
      <Button type="submit" why={refusal}>
        {button}
      </Button>
    </form>
  )
}
