export type SignInState =
  | { kind: 'good'; link: string }
  | { kind: 'used' | 'old' | 'void' | 'unknown' }
  | { kind: 'refused'; message: string }

const words = {
  used: ['This link was used already', 'It signs in one browser, once.'],
  old: ['This link is too old', 'It works for an hour.'],
  void: ['This link works no more', 'Whoever made it has signed out since.'],
  unknown: ['This is no sign-in link of this server', 'Perhaps a part of it was lost when it was copied.'],
} as const

/**
 * The page of a sign-in link. To look at it uses nothing: programs that preview links do that. It needs no script and no other
 * file, so it works where the dashboard was not built.
 */
export function signInPage(state: SignInState, signedInAs: string | null): string {
  if (state.kind === 'good')
    return page(
      'Sign in',
      `<p>The link signs this browser in for 30 days. It works once.</p>
<form method="post" action="/sign-in"><input type="hidden" name="link" value="${escaped(state.link)}">
<button type="submit" autofocus>Sign in</button></form>`,
    )
  const [title, why] = state.kind === 'refused' ? ['Not now', state.message] : words[state.kind]
  const onward =
    signedInAs === null ? '' : `<p>You are signed in as ${escaped(signedInAs)}. <a href="/">Open Gantry</a></p>`
  return page(
    title,
    `<p>${escaped(why)}</p><p>For another one type <code>gantry sign-in</code> where the server runs, in a checkout
<code>pnpm gantry sign-in</code>.</p>${onward}`,
  )
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escaped(title)} · Gantry</title><style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 32rem; margin: 12vh auto 0; padding: 1rem }
h1 { font-size: 1.25rem } code { font-size: .95em }
button { font: inherit; font-weight: 600; padding: .4rem 1.2rem; border-radius: 4px; border: 1px solid; cursor: pointer }
</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>
`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => entities[sign] ?? sign)
