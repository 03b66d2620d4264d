import type { ComponentProps, ReactNode } from 'react'

const look = 'row rounded-4 border border-control bg-surface px-2 text-13 pointer-coarse:text-16'

/** The name of a filter is there for ears, and for eyes while it is empty. */
export function TextField({ label, className = '', ...rest }: ComponentProps<'input'> & { label: string }) {
  return (
    <input
      aria-label={label}
      placeholder={label}
      {...rest}
      className={`${look} min-w-0 placeholder:text-muted ${className}`}
    />
  )
}

export function SelectField(props: ComponentProps<'select'> & { label: string; children: ReactNode }) {
  const { label, children, className = '', ...rest } = props
  return (
    <select aria-label={label} {...rest} className={`${look} max-w-full ${className}`}>
      {children}
    </select>
  )
}

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="rounded-4 border border-control bg-surface px-1 text-12 text-muted">{children}</kbd>
}
