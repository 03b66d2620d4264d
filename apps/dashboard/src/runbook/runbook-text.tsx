import DOMPurify from 'dompurify'
import { marked } from 'marked'
import { useMemo } from 'react'
import { runbookHtml } from './runbook-html.ts'

const clean = (html: string) =>
  DOMPurify.sanitize(html, { ADD_ATTR: ['data-step'], FORBID_TAGS: ['style', 'form'], FORBID_ATTR: ['style'] })

/** A runbook as its file says it. Steps (`- [ ]`) are checkboxes; without `onTick` they cannot be ticked. */
export function Markdown(props: {
  text: string
  ticked?: number[]
  onTick?: (step: number, done: boolean) => void
  headingsFrom?: number
}) {
  const { text, ticked, onTick, headingsFrom = 2 } = props
  const steps = ticked?.join() ?? ''
  const isLive = onTick !== undefined
  const html = useMemo(
    () => clean(runbookHtml(text, marked, { ticked: steps ? steps.split(',').map(Number) : [], isLive, headingsFrom })),
    [text, steps, isLive, headingsFrom],
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: listens for its checkboxes, which are real ones
    // biome-ignore lint/a11y/useKeyWithClickEvents: a checkbox clicks by keyboard too
    <div
      className="prose"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitized above
      dangerouslySetInnerHTML={{ __html: html }}
      onClick={event => {
        if (!(event.target instanceof HTMLInputElement) || !onTick) return
        event.preventDefault()
        onTick(Number(event.target.dataset['step']), event.target.checked)
      }}
    />
  )
}
