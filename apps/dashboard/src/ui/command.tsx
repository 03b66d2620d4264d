import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button.tsx'

/** A command to copy. */
export function Command({ text }: { text: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-4 border border-edge bg-sunken pl-2 text-text">
      <code className="min-w-0 overflow-x-auto whitespace-pre py-1">{text}</code>
      <CopyButton name={`Copy ${text}`} text={() => text} />
    </span>
  )
}

export function CopyButton({ name, text }: { name: string; text: () => string }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <IconButton
      name={isCopied ? 'Copied' : name}
      onClick={() => {
        void navigator.clipboard?.writeText(text()).then(() => setCopied(true))
        setTimeout(() => setCopied(false), 1_500)
      }}
    >
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}
