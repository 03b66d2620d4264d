import type { marked, Tokens } from 'marked'

interface Options {
  ticked: number[]
  isLive: boolean
  /** Level of the runbook's highest heading on this page, so that none is skipped. */
  headingsFrom: number
}

/**
 * Markdown to HTML, with each step's checkbox numbered from 0 in reading order: the same count as the server's
 * `runbookSteps`, which takes the lines that begin with `- [ ]` or `* [ ]`.
 */
export function runbookHtml(text: string, parser: typeof marked, { ticked, isLive, headingsFrom }: Options): string {
  let step = -1
  const renderer = new parser.Renderer()
  const top = Math.min(6, ...parser.lexer(text).flatMap(token => (token.type === 'heading' ? [token.depth] : [])))
  renderer.heading = function ({ tokens, depth }: Tokens.Heading) {
    const level = Math.min(6, depth - top + headingsFrom)
    return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`
  }
  const table = parser.Renderer.prototype.table
  renderer.table = function (token: Tokens.Table) {
    return `<div class="wide" role="region" aria-label="Table" tabindex="0">${table.call(this, token)}</div>`
  }
  renderer.checkbox = () => ''
  renderer.listitem = function (item: Tokens.ListItem) {
    const number = item.task ? ++step : -1
    const body = this.parser.parse(item.tokens)
    if (!item.task) return `<li>${body}</li>`
    const isDone = ticked.includes(number)
    const name = escaped(item.text.split('\n')[0] ?? '')
    return `<li><input type="checkbox" data-step="${number}" aria-label="${name}"${isDone ? ' checked' : ''}${isLive ? '' : ' disabled'}> ${body}</li>`
  }
  return parser.parse(text, { renderer, async: false })
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
