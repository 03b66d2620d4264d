import type { EventReport, EventSection } from '@gantry/core/api'
import { ofProject } from '../project/current-project.ts'
import { When } from '../ui/when.tsx'

const id = encodeURIComponent
/** What people look for first; the others are opened by whoever wants them. */
const openAtFirst = new Set(['person', 'request'])

/** All the client sent besides the stack and the trail, and what came beside the event. */
export function EventReported({ report }: { report: EventReport }) {
  const { event, details, items } = report
  const feedback = items.filter(({ kind }) => kind === 'feedback')
  const attachments = items.filter(({ kind }) => kind === 'attachment')
  return (
    <section aria-label="What was sent" className="grid gap-2 border-edge border-t p-3">
      {feedback.map(item => (
        <blockquote key={item.id} className="border-edge border-l-2 pl-3">
          <p className="whitespace-pre-wrap break-words">{item.facts['message']}</p>
          <p className="text-12 text-muted">
            {item.name ?? 'Somebody'} {item.facts['email']} <When at={item.at} />
          </p>
        </blockquote>
      ))}
      {attachments.length > 0 && (
        <ul aria-label="Attachments">
          {attachments.map(item => (
            <li key={item.id}>
              <a className="link break-all" href={`/api/v1${ofProject(`/items/${id(item.id)}/content`)}`} download>
                {item.name}
              </a>{' '}
              <span className="text-muted">{item.size.toLocaleString('en-GB')} bytes</span>
            </li>
          ))}
        </ul>
      )}
      {details?.sections.map((section, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two contexts may have one name, and they never move
        <Section key={index} section={section} />
      ))}
      <p className="text-12 text-muted">
        {details ? (
          <a className="link" href={`/api/v1${ofProject(`/events/${id(event.id)}/payload`)}`}>
            Everything the client sent, as it was stored
          </a>
        ) : (
          'Nothing else is kept of it.'
        )}
      </p>
    </section>
  )
}

function Section({ section: { title, facts } }: { section: EventSection }) {
  return (
    <details open={openAtFirst.has(title)}>
      <summary className="row cursor-pointer">
        <span className="font-semibold">{title}</span> <span className="text-muted">{facts.length}</span>
      </summary>
      <Facts facts={facts} />
    </details>
  )
}

/** The values of a frame's variables, or of a part of the report. */
export function Facts({ facts }: { facts: EventSection['facts'] }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5 py-1 pl-4">
      {facts.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and facts never move
        <div key={index} className="contents">
          <dt className="break-all text-muted">{name}</dt>
          <dd className="max-h-60 overflow-y-auto whitespace-pre-wrap break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
