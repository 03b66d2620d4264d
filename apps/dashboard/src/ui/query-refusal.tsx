import { ApiError } from '../api/client.ts'
import { Button } from './button.tsx'
import { Refusal } from './refusal.tsx'

/** A query that makes no sense is shown with the place marked; whatever else went wrong as anywhere. */
export function QueryRefusal(props: { error: Error; onRetry: () => void; onAsText?: (text: string) => void }) {
  const { error, onRetry, onAsText } = props
  const marked = markedIn(error)
  if (marked === null) return <Refusal error={error} onRetry={onRetry} />
  const { before, there, after, query } = marked
  return (
    <section aria-label="Error" className="rounded-8 border border-bad-solid bg-bad-tint p-3 text-text">
      <p>{error.message.replace(/ \(at character .*$/s, '')}</p>
      <pre className="mt-1 whitespace-pre-wrap break-words">
        {before}
        <mark className="rounded-4 bg-bad-solid px-0.5 text-white">{there}</mark>
        {after}
      </pre>
      {onAsText && (
        <Button className="mt-2" onClick={() => onAsText(JSON.stringify(query))}>
          Look for it word by word
        </Button>
      )}
    </section>
  )
}

function markedIn(error: Error): { before: string; there: string; after: string; query: string } | null {
  if (!(error instanceof ApiError) || error.code !== 'QUERY_INVALID') return null
  const { query, at, there } = error.facts
  if (typeof query !== 'string' || typeof at !== 'number') return null
  const length = Math.max(1, typeof there === 'string' ? there.length : 1)
  return {
    query,
    before: query.slice(0, at),
    there: query.slice(at, at + length) || ' ',
    after: query.slice(at + length),
  }
}
