import { ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Button } from './button.tsx'

export interface MenuChoice {
  text: string
  /** What it means, below its name. */
  hint?: string
  act: () => void
}

/** A button that opens what can be chosen; by keyboard as by mouse. */
export function Menu({ label, choices, why = null }: { label: string; choices: MenuChoice[]; why?: string | null }) {
  if (why !== null) return <Button why={why}>{label}</Button>
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button>
          {label} <ChevronDown size={14} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="layer z-40 max-h-[70dvh] min-w-52 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-8 border border-control bg-raised p-1 shadow-layer"
        >
          {choices.map(({ text, hint, act }) => (
            <DropdownMenu.Item
              key={`${text} ${hint ?? ''}`}
              onSelect={act}
              className="row flex cursor-default flex-col items-start rounded-4 px-3 py-1 outline-none data-[highlighted]:bg-sunken"
            >
              {text}
              {hint && <span className="text-12 text-muted">{hint}</span>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
