import type { ComponentProps } from 'react'

const looks = {
  plain: 'border-control bg-raised text-text hover:bg-sunken',
  strong: 'border-transparent bg-waiting-solid text-white hover:brightness-110',
  danger: 'border-transparent bg-bad-solid text-white hover:brightness-110',
  quiet: 'border-transparent bg-transparent text-text hover:bg-sunken',
} as const

export interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks
  /** Why it cannot be pressed now. It stays focusable and says so. */
  why?: string | null
}

/** A button that cannot act keeps its place in the tab order and tells why. */
export function Button({ look = 'plain', why = null, className = '', onClick, children, ...rest }: ButtonProps) {
  const look_ = why === null ? looks[look] : 'border-edge bg-sunken text-muted'
  return (
    <button
      type="button"
      {...rest}
      {...(why !== null && { 'aria-disabled': true, 'aria-description': why, 'data-tip': why })}
      onClick={event => {
        if (why !== null) event.preventDefault()
        else onClick?.(event)
      }}
      className={`row inline-flex items-center justify-center gap-1.5 rounded-4 border px-2.5 font-semibold ${look_} ${className}`}
    >
      {children}
    </button>
  )
}

/** Only an icon: its name is a must, and a hint on hover and focus. */
export function IconButton({ name, className = '', ...rest }: ComponentProps<'button'> & { name: string }) {
  return (
    <button
      type="button"
      aria-label={name}
      data-tip={name}
      {...rest}
      className={`row inline-flex min-w-8 items-center justify-center rounded-4 hover:bg-sunken pointer-coarse:min-w-11 ${className}`}
    />
  )
}

export function Toggle({ on, children, ...rest }: ComponentProps<'button'> & { on: boolean }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      {...rest}
      className={`row inline-flex items-center gap-1 rounded-4 border px-2 ${on ? 'border-accent bg-waiting-tint font-semibold text-waiting' : 'border-edge text-muted hover:bg-sunken hover:text-text'}`}
    >
      {children}
    </button>
  )
}
