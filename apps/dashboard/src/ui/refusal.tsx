import { ApiError } from '../api/client.ts'
import { Button } from './button.tsx'
import { StateIcon } from './state-mark.tsx'

const face = { role: 'bad', word: 'failed', icon: 'octagon' } as const

/** What went wrong, in the server's words: code, message, hint, and a way to try again. Only its own panel is taken. */
export function Refusal({ error, onRetry }: { error: Error; onRetry?: (() => void) | undefined }) {
  const known = error instanceof ApiError ? error : null
  return (
    <section aria-label="Error" className="m-3 rounded-8 border border-bad-solid bg-bad-tint p-3 text-text">
      <p className="flex items-center gap-1.5 font-semibold text-bad">
        <StateIcon face={face} /> <code>{known?.code ?? 'INTERNAL'}</code>
      </p>
      <p className="mt-1 break-words">{error.message}</p>
      {known && <p className="mt-1 text-muted">{known.hint}</p>}
      <div className="mt-2 flex flex-wrap items-center gap-3">
        {onRetry && <Button onClick={onRetry}>Retry</Button>}
        {known?.requestId && (
          <span className="text-12 text-muted">
            request <code>{known.requestId}</code>
          </span>
        )}
      </div>
    </section>
  )
}

export const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)))
