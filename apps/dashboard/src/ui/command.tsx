import { Check, Copy, Link2 } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { IconButton } from './button.tsx'
import { asError } from './refusal.tsx'

/** A command to copy. */
export function Command({ text }: { text: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-4 border border-edge bg-sunken pl-2 text-text">
      <code className="min-w-0 overflow-x-auto whitespace-pre py-1">{text}</code>
      <CopyButton name={`Copy ${text}`} text={() => text} />
    </span>
  )
}

interface CopyProps {
  name: string
  text: () => string | Promise<string>
  /** What is copied is an address. */
  isLink?: boolean
}

export function CopyButton({ name, text, isLink = false }: CopyProps) {
  const Icon = isLink ? Link2 : Copy
  const [isCopied, setCopied] = useState(false)
  return (
    <IconButton
      name={isCopied ? 'Copied' : name}
      onClick={() => {
        void copy(text).then(isDone => {
          setCopied(isDone)
          setTimeout(() => setCopied(false), 1_500)
        })
      }}
    >
      {isCopied ? <Check size={14} aria-hidden /> : <Icon size={14} aria-hidden />}
    </IconButton>
  )
}

/** Says when it could not be: the page came without TLS from another machine, or the text could not be read. */
export async function copy(text: () => string | Promise<string>): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(await text())
    return true
  } catch (cause) {
    toast.error(
      `Nothing was copied: ${navigator.clipboard ? asError(cause).message : 'the browser does not let this page'}`,
    )
    return false
  }
}
