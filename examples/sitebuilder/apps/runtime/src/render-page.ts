import type { Page } from './page-store.ts'

/** The whole page. `nonce` is what the answer's content security policy lets run. */
export function renderPage({ slug, version, title, body, release }: Page, nonce: string): string {
  const paragraphs = body.split(/\n\s*\n/).map(text => `<p>${escapeHtml(text.trim()).replaceAll('\n', '<br>')}</p>`)
  return document(
    title,
    nonce,
    `<main><h1>${escapeHtml(title)}</h1>\n${paragraphs.join('\n')}</main>
<footer>Version ${version}, made with sitebuilder</footer>
<script nonce="${nonce}" data-slug="${escapeHtml(slug)}" data-version="${version}">${FOLLOW}</script>`,
    release,
  )
}

export const renderMissing = (nonce: string): string =>
  document(
    'No page here',
    nonce,
    '<main><h1>No page here</h1><p>This address is free, or not published yet.</p></main>',
  )

function document(title: string, nonce: string, content: string, release: string | null = null): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${release ? `<meta name="generator" content="sitebuilder ${escapeHtml(release)}">` : ''}
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
${content}
</html>
`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

const STYLE = `
:root { color-scheme: light dark; font: 1.125rem/1.6 Georgia, serif; }
body { margin: 0 auto; max-width: 38rem; padding: 12vh 1.25rem 4rem; }
h1 { font-size: 2.5rem; line-height: 1.15; text-wrap: balance; }
p { overflow-wrap: anywhere; }
footer { margin-top: 4rem; font: .8125rem system-ui, sans-serif; opacity: .65; }`

// Reloads when a newer version is out. After a lost connection it waits a little longer each time, with some chance
// in it, so that a restart is not met by every open page at once.
const FOLLOW = `
const { slug, version } = document.currentScript.dataset
const follow = tries => {
  const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/live/' + slug)
  socket.onopen = () => { tries = 0 }
  socket.onmessage = ({ data }) => { if (JSON.parse(data).version > Number(version)) location.reload() }
  socket.onclose = () => setTimeout(follow, Math.min(30000, 500 * 2 ** tries) * (.5 + Math.random()), tries + 1)
}
follow(0)
`
