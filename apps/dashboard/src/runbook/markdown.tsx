import DOMPurify from 'dompurify'
import { Marked } from 'marked'
import { useMemo } from 'react'

const reader = new Marked({ gfm: true, breaks: false })

/** Markdown from the repository. It is cleaned: a runbook is text, and may not act. */
export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => cleaned(text), [text])
  // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by DOMPurify just above
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />
}

/** Headings move one level down, below the page's own; scrolling code can be reached by keyboard. */
const cleaned = (text: string): string => {
  const html = DOMPurify.sanitize(reader.parse(text, { async: false }), {
    FORBID_TAGS: ['style', 'form', 'iframe', 'img'],
    FORBID_ATTR: ['style'],
  })
  return html
    .replaceAll(/<(\/?)h([1-4])/g, (_, close: string, level: string) => `<${close}h${Number(level) + 1}`)
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll(/<input([^>]*)type="checkbox"/g, '<input$1type="checkbox" aria-label="Step"')
}
