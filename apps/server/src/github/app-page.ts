/** The page that hands the manifest of the App to GitHub, by the button of a form: GitHub takes it no other way. */
export function appPage(asked: { action: string; manifest: string; repository: string }): {
  html: string
  policy: string
} {
  const { origin } = new URL(asked.action)
  return {
    html: page(asked),
    // The form leads to GitHub and nowhere else; there is no script on the page.
    policy: `default-src 'none'; style-src 'unsafe-inline'; form-action ${origin}; frame-ancestors 'none'; base-uri 'none'`,
  }
}

const page = ({
  action,
  manifest,
  repository,
}: {
  action: string
  manifest: string
  repository: string
}) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Connect GitHub · Gantry</title><style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 32rem; margin: 12vh auto 0; padding: 1rem }
h1 { font-size: 1.25rem } code { font-size: .95em }
button { font: inherit; font-weight: 600; padding: .4rem 1.2rem; border-radius: 4px; border: 1px solid; cursor: pointer }
</style></head><body><main><h1>Connect ${escaped(repository)}</h1>
<p>GitHub makes an App for this project and shows what it may do. Then install it on <code>${escaped(repository)}</code> alone.</p>
<form method="post" action="${escaped(action)}"><input type="hidden" name="manifest" value="${escaped(manifest)}">
<button type="submit" autofocus>Make the App on GitHub</button></form></main></body></html>
`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => entities[sign] ?? sign)
